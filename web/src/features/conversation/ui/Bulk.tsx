import { useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { doMany, useTags, useWorkmates } from '../api/tools'
import { useText } from '../messages'
import { countOf, type Done, type Many, mostAtOnce, type Results, resultsOf } from '../model/bulk'
import { snoozeTimes, snoozeUntil } from '../model/tools'
import css from './bulk.module.css'

interface Props {
  ticked: ReadonlySet<string>
  /** Those that are listed. */
  all: readonly string[]
  results: Results
  onTicked: (ticked: ReadonlySet<string>) => void
  onResults: (results: Results) => void
}

type What = Omit<Many, 'ids'>

const levels = ['urgent', 'high', 'normal', 'low'] as const

/** What is done with all that are ticked, and how many of them it was done with; what became of each stands in its row. */
export function Bulk({ ticked, all, results, onTicked, onResults }: Props) {
  const say = useText()
  const me = useMe()
  const queries = useQueryClient()
  const tags = useTags().data ?? []
  const mates = useWorkmates(me.role === 'supervisor').data ?? []
  const [sure, setSure] = useState(false)
  const { run, busy, error } = useCommand<Many, readonly Done[]>({
    send: doMany,
    onDone: (done) => {
      setSure(false)
      onResults(resultsOf(done))
      void queries.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
  const ids = [...ticked]
  const act = (what: What) => void run({ ...what, ids })
  const { done, failed } = countOf(results)
  const items: MenuProps['items'] = [
    ...(me.role === 'agent' ? [{ key: 'claim', label: say('claim'), onClick: () => act({ action: 'claim' }) }] : []),
    ...(me.role === 'supervisor'
      ? [
          {
            key: 'assign',
            label: say('assignTitle'),
            children: mates
              .filter((one) => one.role === 'agent')
              .map(({ id, name }) => ({
                key: id,
                label: name,
                onClick: () => act({ action: 'assign', agent_id: id }),
              })),
          },
        ]
      : []),
    {
      key: 'priority',
      label: say('sort.priority'),
      children: levels.map((priority) => ({
        key: priority,
        label: say(`priority.${priority}`),
        onClick: () => act({ action: 'priority', priority }),
      })),
    },
    {
      key: 'tag',
      label: say('sort.tag'),
      disabled: tags.length === 0,
      children: tags.map(({ id, name }) => ({
        key: id,
        label: name,
        onClick: () => act({ action: 'tag', add: [id] }),
      })),
    },
    {
      key: 'snooze',
      label: say('sort.snooze'),
      children: [
        ...snoozeTimes.map((when) => ({
          key: when,
          label: say(`snooze.${when}`),
          onClick: () => act({ action: 'snooze', until: snoozeUntil(when, new Date()).toISOString() }),
        })),
        { key: 'now', label: say('bulk.wake'), onClick: () => act({ action: 'snooze' }) },
      ],
    },
    { key: 'close', label: say('close'), danger: true, onClick: () => setSure(true) },
  ]
  return (
    <div className={css.bulk} role="group" aria-label={say('bulk.label')}>
      <div className={css.line}>
        <label className={css.all}>
          <input
            type="checkbox"
            checked={all.length > 0 && all.every((id) => ticked.has(id))}
            onChange={(event) => onTicked(new Set(event.target.checked ? all.slice(0, mostAtOnce) : []))}
          />
          {say('bulk.ticked', { count: ticked.size })}
        </label>
        <Dropdown trigger={['click']} disabled={ticked.size === 0 || busy} menu={{ items }}>
          <Button size="small" type="primary" loading={busy}>
            {say('bulk.act')}
          </Button>
        </Dropdown>
        <Button
          size="small"
          onClick={() => {
            onResults(new Map())
            onTicked(new Set())
          }}
        >
          {say('bulk.end')}
        </Button>
      </div>
      {sure && (
        <Sure
          question={say('bulk.sure', { count: ticked.size })}
          yes={say('close')}
          danger
          busy={busy}
          onYes={() => act({ action: 'close' })}
          onNo={() => setSure(false)}
        />
      )}
      {results.size > 0 && (
        <p role="status" className={css.results} data-failed={failed > 0 || undefined}>
          {say('bulk.done', { count: done })}
          {failed > 0 && ` · ${say('bulk.failed', { count: failed })}`}
        </p>
      )}
      <Wrong error={error} />
    </div>
  )
}
