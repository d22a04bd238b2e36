import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Pick } from '@/ui/Pick'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { type Kind, type PackRef, type Trial, tryPack } from '../api/packs'
import { useText } from '../messages'
import css from './packs.module.css'

const kinds: readonly Kind[] = ['return', 'refund_only', 'exchange', 'repair', 'price_protection', 'complaint']
const sizes = [50, 200, 500]

/** What recorded evaluations would have come to under a pack. Nothing is changed by it. */
export function WhatIf({ pack }: { pack: PackRef }) {
  const say = useText()
  const word = useWords()
  const [kind, setKind] = useState<Kind>()
  const [last, setLast] = useState(200)
  const [result, setResult] = useState<Trial | null>(null)
  const { run, busy, error } = useCommand({
    send: () => tryPack(pack, kind, last),
    onDone: setResult,
  })
  return (
    <>
      <div className={css.tools}>
        <Pick
          label={say('whatif.kind')}
          value={kind}
          options={kinds.map((one) => [one, word('kind', one)])}
          onChange={(chosen) => setKind(kinds.find((one) => one === chosen))}
        />
        <Select
          aria-label={say('whatif.last')}
          value={last}
          onChange={setLast}
          options={sizes.map((n) => ({ value: n, label: say('whatif.newest', { count: n }) }))}
        />
        <Button loading={busy} onClick={() => void run()}>
          {say('whatif.do')}
        </Button>
      </div>
      <Wrong error={error} />
      {result && <Result found={result} />}
    </>
  )
}

function Result({ found }: { found: Trial }) {
  const say = useText()
  const word = useWords()
  return (
    <div role="status" className={css.trial}>
      <p className={css.sentence}>
        {found.looked === 0
          ? say('whatif.nothing')
          : found.otherwise === 0
            ? say('whatif.alike', { count: found.looked })
            : say('whatif.otherwise', { count: found.otherwise, looked: found.looked })}
      </p>
      <p className={cell.quiet}>
        {[
          ...(found.since ? [say('whatif.since', { at: formatMoment(found.since) })] : []),
          ...(found.deadlines > 0 ? [say('whatif.deadlines', { count: found.deadlines })] : []),
          ...(found.failed > 0 ? [say('whatif.failed', { count: found.failed })] : []),
          ...(found.erased > 0 ? [say('whatif.erased', { count: found.erased })] : []),
        ].join(' ')}
      </p>
      {found.by.length > 0 && (
        <ul className={css.by}>
          {found.by.map((one) => (
            <li key={one.what}>
              <strong className="figures">{one.n}</strong> {say(`whatif.what.${one.what}` as 'whatif.what.amount')}
            </li>
          ))}
        </ul>
      )}
      {found.samples.length > 0 && (
        <ul className={css.samples}>
          {found.samples.map((one) => (
            <li key={`${one.case_id} ${one.n}`}>
              <Link to={`/cases/${one.case_id}` as never}>
                {word('kind', one.kind)} <code>{one.case_id.slice(0, 8)}</code>
              </Link>
              <ul>
                {one.changes.map((change) => (
                  <li key={change.what}>
                    {say(`whatif.what.${change.what}`)}: <del>{change.before ?? say('whatif.none')}</del>{' '}
                    <ins>{change.after ?? say('whatif.none')}</ins>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
