import { Dropdown, Select } from 'antd'
import { useState } from 'react'
import type { View } from '@/shared/chat/log'
import { formatMoment } from '@/shared/time'
import { ColourTag } from '@/ui/ColourTag'
import { Countdown } from '@/ui/Countdown'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { type PriorityLevel, setPriority, setTags, snooze, useTags } from '../api/tools'
import { useText } from '../messages'
import { type SnoozeTime, snoozeTimes, snoozeUntil } from '../model/tools'
import css from './sorting.module.css'

const priorities = ['urgent', 'high', 'normal', 'low'] as const

/** How urgent a conversation is, what it is about, when it comes back, and how long there is to answer. */
export function Sorting({ view, onShow }: { view: View; onShow: (view: View) => void }) {
  const say = useText()
  const errorText = useErrorText()
  const tags = useTags().data ?? []
  const [open, setOpen] = useState(false)
  const change = useCommand<() => Promise<View>, View>({ send: (what) => what(), onDone: onShow })
  const own = view.tags ?? []
  const active = view.state !== 'closed'
  const later = (when: SnoozeTime) =>
    void change.run(() => snooze(view.id, snoozeUntil(when, new Date()).toISOString()))
  return (
    <div className={css.sorting}>
      {(view.clocks ?? []).slice(0, 1).map((clock) => (
        <span key={clock.kind} className={css.clock} data-over={clock.breached_at !== undefined || undefined}>
          {say(`clock.${clock.kind}`)} <Countdown dueAt={clock.due_at} since={clock.started_at} />
        </span>
      ))}
      <Select<PriorityLevel>
        size="small"
        variant="filled"
        disabled={!active || change.busy}
        aria-label={say('sort.priority')}
        value={view.priority ?? 'normal'}
        onChange={(next) => void change.run(() => setPriority(view.id, next))}
        options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))}
      />
      {own.map((tag) => (
        <ColourTag key={tag.id} colour={tag.colour}>
          {tag.name}
          {active && (
            <button
              type="button"
              className={css.untag}
              aria-label={say('sort.untag', { name: tag.name })}
              onClick={() => void change.run(() => setTags(view.id, { remove: [tag.id] }))}
            >
              ×
            </button>
          )}
        </ColourTag>
      ))}
      {active &&
        (open ? (
          <Select
            autoFocus
            defaultOpen
            size="small"
            showSearch={{ optionFilterProp: 'label' }}
            style={{ minWidth: 120 }}
            aria-label={say('sort.tag')}
            placeholder={say('sort.tag')}
            notFoundContent={say('sort.noTags')}
            onBlur={() => setOpen(false)}
            onChange={(id: string) => {
              setOpen(false)
              void change.run(() => setTags(view.id, { add: [id] }))
            }}
            options={tags
              .filter((tag) => !own.some((one) => one.id === tag.id))
              .map((tag) => ({ value: tag.id, label: tag.name }))}
          />
        ) : (
          <button type="button" className={css.quiet} onClick={() => setOpen(true)}>
            + {say('sort.tag')}
          </button>
        ))}
      {active &&
        (view.snoozed_until ? (
          <button type="button" className={css.quiet} onClick={() => void change.run(() => snooze(view.id, undefined))}>
            {say('sort.snoozed', { at: formatMoment(view.snoozed_until) })} ×
          </button>
        ) : (
          <Dropdown
            trigger={['click']}
            menu={{
              items: snoozeTimes.map((key) => ({ key, label: say(`snooze.${key}`) })),
              onClick: ({ key }) => later(key as SnoozeTime),
            }}
          >
            <button type="button" className={css.quiet}>
              {say('sort.snooze')}
            </button>
          </Dropdown>
        ))}
      {change.error !== null && (
        <span role="alert" className={css.wrong}>
          {errorText(change.error)}
        </span>
      )}
    </div>
  )
}
