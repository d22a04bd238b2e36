import { Button } from 'antd'
import type { Schemas } from '@/shared/api'
import { saidBy } from '@/shared/case/texts'
import { useWords } from '@/shared/words'
import { EvidenceGrid } from '@/ui/EvidenceGrid'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { type Case, useEvidence, useTimeline } from '../api/case'
import { command, useRefresh } from '../api/commands'
import { useText } from '../messages'
import css from './case.module.css'

const sides = ['customer', 'merchant'] as const

/** What each side says and shows, beside each other. */
export function BothSides({ one }: { one: Case }) {
  const word = useWords()
  const say = useText()
  const pieces = useEvidence(one.id).data ?? []
  const entries = useTimeline(one.id).data ?? []
  const others = pieces.filter((piece) => !sides.some((side) => side === piece.by))
  return (
    <div className={css.sides}>
      {sides.map((side) => {
        const said = saidBy(side, one, entries)
        const shown = pieces.filter((piece) => piece.by === side)
        return (
          <section key={side} className={css.side} data-side={side}>
            <h3>
              {word('role', side)}
              <small className="figures">{say('sides.count', { count: shown.length })}</small>
            </h3>
            {said.map((words, index) => (
              <blockquote key={index} className={css.quote}>
                {words}
              </blockquote>
            ))}
            {said.length === 0 && <p className={css.none}>{say('sides.silent')}</p>}
            <EvidenceGrid items={shown} />
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

/** Marks a piece as beside the point; for whom the case offers it. */
function Rejections({ one, pieces }: { one: Case; pieces: readonly Schemas['Evidence'][] }) {
  const say = useText()
  const errorText = useErrorText()
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
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </details>
  )
}
