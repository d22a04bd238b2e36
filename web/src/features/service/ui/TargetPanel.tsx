import { InputNumber, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { setTarget, type Target, useRefresh, useShops } from '../api/service'
import { useText } from '../messages'
import { lengthOf, secondsOf, type Unit, units } from '../model/targets'
import css from './service.module.css'

const priorities = ['urgent', 'high', 'normal', 'low'] as const
const names = ['first', 'next', 'resolution'] as const

interface Props {
  /** Absent: a new one. */
  one: Target | undefined
  /** The operator's: of which team; absent for all. */
  team: string | undefined
  onClose: () => void
}

/** Says how soon: of whom, and the three lengths of time. */
export function TargetPanel({ one, team, onClose }: Props) {
  const say = useText()
  const shops = useShops()
  const refresh = useRefresh('service-targets')
  const [shop, setShop] = useState(one?.merchant_id)
  const [priority, setPriority] = useState(one?.priority)
  const [lengths, setLengths] = useState({
    first: lengthOf(one?.first_seconds ?? 60),
    next: lengthOf(one?.next_seconds ?? 300),
    resolution: lengthOf(one?.resolution_seconds ?? 86_400),
  })
  const { run, busy, error } = useCommand<Target>({
    send: setTarget,
    onDone: () => {
      refresh()
      onClose()
    },
  })
  const seconds = (name: (typeof names)[number]) => secondsOf(lengths[name].count, lengths[name].unit)
  const of = one?.team_id ?? team
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    void run({
      ...(of ? { team_id: of } : {}),
      ...(shop ? { merchant_id: shop } : {}),
      ...(priority ? { priority } : {}),
      first_seconds: seconds('first'),
      next_seconds: seconds('next'),
      resolution_seconds: seconds('resolution'),
    })
  }
  const title = say(one ? 'targets.edit' : 'targets.new')
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <Section title={title} text={say('targets.panelText')}>
        <form className={form.form} onSubmit={onSubmit} noValidate>
          <Field label={say('targets.shop')}>
            {(control) => (
              <Select
                {...control}
                allowClear
                disabled={one !== undefined}
                loading={shops.isPending}
                showSearch={{ optionFilterProp: 'label' }}
                placeholder={say('targets.anyShop')}
                value={shop ?? null}
                onChange={(next: string | null | undefined) => setShop(next ?? undefined)}
                options={(shops.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
          </Field>
          <Field label={say('targets.priority')}>
            {(control) => (
              <Select
                {...control}
                allowClear
                disabled={one !== undefined}
                placeholder={say('targets.anyPriority')}
                value={priority ?? null}
                onChange={(next: Target['priority'] | null) => setPriority(next ?? undefined)}
                options={priorities.map((value) => ({ value, label: say(`priority.${value}`) }))}
              />
            )}
          </Field>
          {names.map((name) => (
            <Field key={name} label={say(`targets.${name}`)} hint={say(`targets.${name}Hint`)}>
              {(control) => (
                <span className={css.length}>
                  <InputNumber
                    {...control}
                    min={0}
                    precision={0}
                    value={lengths[name].count}
                    onChange={(count) => setLengths({ ...lengths, [name]: { ...lengths[name], count: count ?? 0 } })}
                  />
                  <Select<Unit>
                    aria-label={say('targets.unit', { name: say(`targets.${name}`) })}
                    value={lengths[name].unit}
                    onChange={(unit) => setLengths({ ...lengths, [name]: { ...lengths[name], unit } })}
                    options={(Object.keys(units) as Unit[]).map((value) => ({ value, label: say(`units.${value}`) }))}
                  />
                </span>
              )}
            </Field>
          ))}
          <FormFoot error={error} busy={busy} submit={say('save')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
