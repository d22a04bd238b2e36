import { Button, Checkbox, Input, InputNumber, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { type Hours, setHours, useRefresh, useTeams } from '../api/service'
import { useText } from '../messages'
import { type Calendar, clockOf, daysOf, faultOf, hoursAWeek, minutesOf, type Span, week } from '../model/hours'
import css from './service.module.css'
import { WeekPicture } from './WeekPicture'

const zones = ['+08:00', 'UTC', '+09:00', '+07:00', '+05:30', '+01:00', '-05:00', '-08:00']

/** A team's hours: the week as a picture that follows what is filled in. */
export function HoursForm({ team, hours }: { team: string; hours: Hours }) {
  const say = useText()
  const teams = useTeams()
  const refresh = useRefresh('hours')
  const { calendar } = hours
  const [windows, setWindows] = useState(() =>
    (calendar.windows ?? []).map(({ from, to }) => ({ from: clockOf(from), to: clockOf(to) })),
  )
  const [workDays, setWorkDays] = useState<readonly number[]>(
    calendar.work_days && calendar.work_days.length > 0 ? calendar.work_days : [...week],
  )
  const [zone, setZone] = useState(calendar.zone || '+08:00')
  const [holidays, setHolidays] = useState((calendar.holidays ?? []).join('\n'))
  const [extra, setExtra] = useState((calendar.extra_days ?? []).join('\n'))
  const [overflow, setOverflow] = useState(hours.overflow_team_id)
  const [after, setAfter] = useState(Math.round((hours.overflow_seconds ?? 0) / 60))
  const [saved, setSaved] = useState(false)
  const { run, busy, error } = useCommand<Hours>({
    send: (body) => setHours(team, body),
    onDone: () => {
      setSaved(true)
      refresh()
    },
  })
  const touched =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      setSaved(false)
      set(value)
    }

  const spans = windows.map(({ from, to }) => ({ from: minutesOf(from), to: minutesOf(to) }))
  const whole = spans.filter((one): one is Span => one.from !== undefined && one.to !== undefined)
  const fault = whole.length < spans.length ? 'time' : faultOf(whole)
  const [off, on] = [daysOf(holidays), daysOf(extra)]
  const drawn: Calendar = {
    zone,
    windows: whole,
    work_days: workDays.length === 7 ? [] : [...workDays].sort(),
    ...(calendar.windows_daily ? { windows_daily: true } : {}),
  }
  const missing =
    fault !== undefined
      ? say(`hours.fault.${fault}`)
      : workDays.length === 0
        ? say('hours.fault.days')
        : off.wrong.length + on.wrong.length > 0
          ? say('hours.fault.dates', { dates: [...off.wrong, ...on.wrong].join(' ') })
          : undefined

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (missing) return
    void run({
      calendar: { ...drawn, holidays: off.days, extra_days: on.days },
      ...(overflow ? { overflow_team_id: overflow, overflow_seconds: after * 60 } : {}),
    })
  }
  return (
    <form className={form.form} onSubmit={onSubmit} noValidate>
      <Section title={say('hours.week')} text={say('hours.aWeek', { hours: Math.round(hoursAWeek(drawn) * 10) / 10 })}>
        <WeekPicture calendar={drawn} />
      </Section>
      <Section title={say('hours.windows')} text={say('hours.windowsText')}>
        <ul className={css.windows}>
          {windows.map((one, n) => (
            <li key={n}>
              {(['from', 'to'] as const).map((side) => (
                <Input
                  key={side}
                  aria-label={say(`hours.${side}`, { n: n + 1 })}
                  inputMode="numeric"
                  placeholder="09:00"
                  maxLength={5}
                  value={one[side]}
                  aria-invalid={minutesOf(one[side]) === undefined || undefined}
                  onChange={(event) =>
                    touched(setWindows)(
                      windows.map((old, m) => (m === n ? { ...old, [side]: event.target.value } : old)),
                    )
                  }
                />
              ))}
              <Button
                onClick={() => touched(setWindows)(windows.filter((_, m) => m !== n))}
                aria-label={say('hours.removeWindow', { n: n + 1 })}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
        <Button
          disabled={windows.length >= 10}
          onClick={() => touched(setWindows)([...windows, { from: windows.at(-1)?.to ?? '09:00', to: '18:00' }])}
        >
          {say('hours.addWindow')}
        </Button>
        <Checkbox.Group
          className={css.days ?? ''}
          value={[...workDays]}
          onChange={touched(setWorkDays)}
          options={week.map((day) => ({ value: day, label: say(`day.d${day}`) }))}
        />
      </Section>
      <Section title={say('hours.besides')} text={say('hours.besidesText')}>
        <div className={form.form}>
          <Field label={say('hours.zone')}>
            {(control) => (
              <Select
                {...control}
                value={zone}
                onChange={touched(setZone)}
                options={[...new Set([zone, ...zones])].map((value) => ({ value, label: value }))}
              />
            )}
          </Field>
          <Field label={say('hours.holidays')} hint={say('hours.holidaysHint')}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={3}
                placeholder="2026-10-01"
                value={holidays}
                onChange={(event) => touched(setHolidays)(event.target.value)}
              />
            )}
          </Field>
          <Field label={say('hours.extra')} hint={say('hours.extraHint')}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={2}
                placeholder="2026-10-10"
                value={extra}
                onChange={(event) => touched(setExtra)(event.target.value)}
              />
            )}
          </Field>
          <Field label={say('hours.overflow')} hint={say('hours.overflowHint')}>
            {(control) => (
              <Select
                {...control}
                allowClear
                placeholder={say('hours.nobody')}
                value={overflow ?? null}
                onChange={(next: string | null | undefined) => touched(setOverflow)(next ?? undefined)}
                options={(teams.data ?? [])
                  .filter((one) => one.id !== team)
                  .map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
          </Field>
          {overflow && (
            <Field label={say('hours.after')}>
              {(control) => (
                <InputNumber
                  {...control}
                  min={0}
                  max={1440}
                  precision={0}
                  suffix={say('units.minute')}
                  value={after}
                  onChange={(value) => touched(setAfter)(value ?? 0)}
                />
              )}
            </Field>
          )}
        </div>
      </Section>
      {saved && (
        <p role="status" className={css.saved}>
          {say('hours.saved')}
        </p>
      )}
      <FormFoot error={error} busy={busy} submit={say('save')} missing={missing} />
    </form>
  )
}
