import { Button, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { command } from '@/features/case/parts'
import { Cancelled } from '@/shared/api'
import { Dialog } from '@/shared/Dialog'
import { Intention } from '@/shared/idempotency'
import { fen, formatMoney } from '@/shared/money'
import { useErrorText } from '@/ui/Failure'
import { MoneyText } from '@/ui/MoneyText'
import { StatusTag } from '@/ui/StatusTag'
import type { Tone } from '@/shared/words/tone'
import cell from '@/ui/list.module.css'
import { useAddresses } from '../api/shop'
import { useText } from '../messages'
import { begun, type BulkKind, type BulkRow, type Result, runAll, tally, totalOf } from '../model/bulk'
import { placeText } from '../model/place'
import css from './merchant.module.css'

interface Props {
  what: BulkKind
  rows: readonly BulkRow[]
  /** Chosen tasks for which it cannot be done. */
  left: number
  onClose: () => void
  onOpen: (caseID: string) => void
}

const tones: Readonly<Record<Result['state'], Tone>> = {
  waiting: 'quiet',
  sending: 'wait',
  done: 'good',
  failed: 'bad',
}

/** One decision for many cases: what it comes to first, then one case after the other, each with its own result. */
export function Bulk({ what, rows, left, onClose, onOpen }: Props) {
  const say = useText()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const addresses = useAddresses().data
  const [results, setResults] = useState(() => begun(rows))
  const [running, setRunning] = useState(false)
  const stop = useRef(false)
  const [intentions] = useState(() => new Map(rows.map(({ id }) => [id, new Intention()])))
  useEffect(
    () => () => {
      stop.current = true
    },
    [],
  )
  const { done, failed, left: waiting } = tally(results)
  const touched = done + failed > 0
  const total = formatMoney(fen(totalOf(rows)))
  const standard = addresses?.find((one) => one.default) ?? addresses?.[0]

  const run = async () => {
    stop.current = false
    setRunning(true)
    await runAll(
      rows,
      results,
      async (row) => {
        const how = { key: intentions.get(row.id)?.key(what) ?? '', revision: row.revision }
        if (what === 'agree') await command(row.id, 'merchant_answer', { decision: 'agree' }, how)
        else await command(row.id, 'inspect', {}, how)
      },
      setResults,
      () => stop.current,
    )
    setRunning(false)
    for (const name of ['case', 'cases', 'tasks', 'notifications', 'order'])
      void queries.invalidateQueries({ queryKey: [name] })
  }

  return (
    <Dialog
      firm={running || touched}
      width={680}
      title={say(`bulk.${what}`, { count: rows.length })}
      closeLabel={say('bulk.close')}
      onClose={onClose}
      footer={
        running ? (
          <Button onClick={() => (stop.current = true)}>{say('bulk.stop')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{say(touched ? 'bulk.close' : 'form.cancel')}</Button>
            {failed + waiting > 0 && (
              <Button type="primary" onClick={() => void run()}>
                {touched
                  ? say('bulk.again', { count: failed + waiting })
                  : say(`bulk.${what}Submit`, { count: rows.length, total })}
              </Button>
            )}
          </>
        )
      }
    >
      <div className={css.bulk}>
        {touched || running ? (
          <div role="status" className={css.bulkState}>
            <Progress
              percent={rows.length === 0 ? 100 : Math.round(((done + failed) / rows.length) * 100)}
              status={failed > 0 ? 'exception' : running ? 'active' : 'success'}
              showInfo={false}
              aria-label={say('bulk.progress')}
            />
            <span className="figures">{say('bulk.tally', { done, failed, left: waiting })}</span>
          </div>
        ) : (
          <>
            <p>{say(`bulk.${what}Text`, { count: rows.length, total })}</p>
            {what === 'agree' && standard && (
              <p className={cell.lesser}>{say('bulk.address', { place: placeText(standard.place) })}</p>
            )}
            {what === 'agree' && addresses && !standard && (
              <p role="alert" className={css.wrong}>
                {say('answer.noAddress')}
              </p>
            )}
            {left > 0 && <p className={cell.lesser}>{say('bulk.leftOut', { count: left })}</p>}
          </>
        )}
        <ol className={css.results}>
          {rows.map((row) => {
            const result = results.get(row.id) ?? { state: 'waiting' }
            return (
              <li key={row.id} data-state={result.state}>
                <span className={cell.two}>
                  <span>
                    {row.kind}
                    {row.reason && ` · ${row.reason}`}
                  </span>
                  <small>
                    <code>{row.id.slice(0, 10)}</code> · {row.order}
                  </small>
                </span>
                <MoneyText value={row.amount} />
                {(touched || running) && (
                  <StatusTag tone={tones[result.state]}>{say(`bulk.state.${result.state}`)}</StatusTag>
                )}
                {result.state === 'failed' && (
                  <p role="alert" className={css.wrong}>
                    {result.error instanceof Cancelled ? say('bulk.cancelled') : errorText(result.error)}{' '}
                    {!running && (
                      <Button type="link" size="small" onClick={() => onOpen(row.id)}>
                        {say('bulk.open')}
                      </Button>
                    )}
                  </p>
                )}
              </li>
            )
          })}
        </ol>
      </div>
    </Dialog>
  )
}
