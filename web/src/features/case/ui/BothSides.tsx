import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { Schemas } from '@/shared/api'
import { saidBy, saidEarlier } from '@/shared/case/texts'
import { useWords } from '@/shared/words'
import { EvidenceGrid } from '@/ui/EvidenceGrid'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { type Case, caseQuery, earlierOf, useEvidence, useTimeline } from '../api/case'
import { command, useRefresh } from '../api/commands'
import { useText } from '../messages'
import css from './case.module.css'

const sides = ['customer', 'merchant'] as const

/** What each side says and shows, beside each other; of a complaint, what they said and showed in the case before it, too. */
export function BothSides({ one }: { one: Case }) {
  const word = useWords()
  const say = useText()
  const pieces = useEvidence(one.id).data ?? []
  const entries = useTimeline(one.id).data ?? []
  const parent = useEarlier(one)
  const earlierPieces = useEvidence(earlierOf(one)).data ?? []
  const others = [...earlierPieces, ...pieces].filter(({ by }) => !sides.some((side) => side === by))
  return (
    <div className={css.sides}>
      {sides.map((side) => {
        const said = saidBy(side, one, entries)
        const earlier = parent ? saidEarlier(side, parent.one, parent.entries) : []
        const again = said.filter((words) => !earlier.some((before) => before.words === words))
        const shown = pieces.filter(({ by }) => by === side)
        const shownEarlier = earlierPieces.filter(({ by }) => by === side)
        return (
          <section key={side} className={css.side} data-side={side}>
            <h3>
              {word('role', side)}
              <small className="figures">{say('sides.count', { count: shown.length + shownEarlier.length })}</small>
            </h3>
            {earlier.map(({ seq, did, words }) => (
              <figure key={`${seq} ${words}`} className={css.earlier}>
                <figcaption>{say('sides.earlier', { did })}</figcaption>
                <blockquote className={css.quote}>{words}</blockquote>
              </figure>
            ))}
            {shownEarlier.length > 0 && (
              <figure className={css.earlier}>
                <figcaption>{say('sides.earlierEvidence')}</figcaption>
                <EvidenceGrid items={shownEarlier} />
              </figure>
            )}
            {again.map((words, index) => (
              <blockquote key={index} className={css.quote}>
                {words}
              </blockquote>
            ))}
            {again.length + earlier.length === 0 && <p className={css.none}>{say('sides.silent')}</p>}
            {(shown.length > 0 || shownEarlier.length === 0) && <EvidenceGrid items={shown} />}
            <Rejections one={one} pieces={shown} />
          </section>
        )
      })}
      {others.length > 0 && (
        <section className={css.side}>
          <h3>{word('role', 'platform')}</h3>
          <EvidenceGrid items={others} />
        </section>
      )}
    </div>
  )
}

/** The case that a complaint came out of, with its story, as far as the reader may see it. */
function useEarlier(one: Case) {
  const id = earlierOf(one)
  const parent = useQuery({ ...caseQuery(id), enabled: id !== '' }).data
  const entries = useTimeline(id).data
  return parent && entries ? { one: parent, entries } : undefined
}

/** Marks a piece as beside the point; for whom the case offers it. */
function Rejections({ one, pieces }: { one: Case; pieces: readonly Schemas['Evidence'][] }) {
  const say = useText()
  const refresh = useRefresh(one)
  const action = one.actions.find(({ name, enabled }) => name === 'reject_evidence' && enabled)
  const { run, busy, error } = useCommand<string>({
    send: (evidence_id, key) => command(one.id, 'reject_evidence', { evidence_id }, { key, revision: one.revision }),
    onDone: () => void refresh(),
  })
  const open = pieces.filter(({ state }) => state !== 'rejected')
  if (!action || open.length === 0) return null
  return (
    <details className={css.rejections}>
      <summary>{action.label}</summary>
      <ul>
        {open.map((piece, index) => (
          <li key={piece.id}>
            <EvidenceGrid items={[piece]} size="s" />
            <Button size="small" disabled={busy} onClick={() => void run(piece.id)}>
              {say('sides.reject', { n: index + 1 })}
            </Button>
          </li>
        ))}
      </ul>
      <Wrong error={error} />
    </details>
  )
}
