import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useView } from '@/app/view'
import { isProblem } from '@/shared/api'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Page, Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { moveDeadlines, usePreview, useShops, useSteps } from '../api/deadlines'
import { useText } from '../messages'
import { secondsOf, type Unit, units } from '../model/deadlines'
import css from './deadlines.module.css'
import { MoveResult } from './MoveResult'
import { Preview } from './Preview'
import own from './operator.module.css'

/** Moves open deadlines in bulk: which ones, by how much and why; whom that reaches is in view before it is done. */
export default function DeadlinesPage() {
  const say = useText()
  const errorText = useErrorText()
  const [view, change] = useView('step', 'shop', 'move')
  const [n, setN] = useState('1')
  const [unit, setUnit] = useState<Unit>('day')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const steps = useSteps()
  const shops = useShops()
  const where = { ...(view.step ? { step: view.step } : {}), ...(view.shop ? { merchant_id: view.shop } : {}) }
  const preview = usePreview(where)
  const seconds = secondsOf({ n, unit })
  const count = preview.data?.cases
  const amount = typeof seconds === 'number' ? say(`deadlines.by.${unit}`, { count: Number(n) }) : ''
  const { run, busy, error } = useCommand({
    send: moveDeadlines,
    onDone: ({ id }) => {
      change({ move: id }, 'push')
      setReason('')
      setTried(false)
      void preview.refetch()
    },
  })
  const wrong = (field: string) => (isProblem(error) ? error.field(field) : undefined)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (typeof seconds !== 'number' || !reason.trim() || !count) return
    void run({ ...where, seconds, reason: reason.trim() })
  }

  return (
    <Page title={say('deadlines.title')}>
      {view.move && <MoveResult id={view.move} onClose={() => change({ move: undefined })} />}
      <div className={css.split}>
        <Section title={say('deadlines.which')} text={say('deadlines.text')}>
          <form className={own.form} onSubmit={submit} noValidate>
            <Field label={say('deadlines.step')} error={steps.error ? errorText(steps.error) : wrong('step')}>
              {(control) => (
                <Select
                  {...control}
                  showSearch={{ optionFilterProp: 'label' }}
                  value={view.step ?? ''}
                  loading={steps.isPending}
                  onChange={(step) => change({ step, move: undefined })}
                  options={[
                    { value: '', label: say('deadlines.anyStep') },
                    ...(steps.data ?? []).map(([value, label]) => ({ value, label })),
                  ]}
                />
              )}
            </Field>
            <Field label={say('deadlines.shop')} error={shops.error ? errorText(shops.error) : wrong('merchant_id')}>
              {(control) => (
                <Select
                  {...control}
                  showSearch={{ optionFilterProp: 'label' }}
                  value={view.shop ?? ''}
                  loading={shops.isPending}
                  onChange={(shop) => change({ shop, move: undefined })}
                  options={[
                    { value: '', label: say('deadlines.anyShop') },
                    ...(shops.data ?? []).map((shop) => ({ value: shop.id, label: `${shop.name} · ${shop.id}` })),
                  ]}
                />
              )}
            </Field>
            <div className={css.amount}>
              <Field
                label={say('deadlines.howMuch')}
                error={
                  seconds === 'much'
                    ? say('deadlines.much')
                    : tried && seconds === 'none'
                      ? say('deadlines.noAmount')
                      : wrong('seconds')
                }
              >
                {(control) => (
                  <Input
                    {...control}
                    inputMode="numeric"
                    autoComplete="off"
                    className="figures"
                    value={n}
                    onChange={(event) => setN(event.target.value)}
                  />
                )}
              </Field>
              <Select
                aria-label={say('deadlines.unit')}
                value={unit}
                onChange={setUnit}
                options={units.map((value) => ({ value, label: say(`deadlines.units.${value}`) }))}
              />
            </div>
            <Field
              label={say('deadlines.reason')}
              hint={say('deadlines.reasonHint')}
              error={tried && !reason.trim() ? say('deadlines.noReason') : wrong('reason')}
            >
              {(control) => (
                <Input
                  {...control}
                  maxLength={200}
                  autoComplete="off"
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Field>
            {error !== null && (
              <p role="alert" className={own.wrong}>
                {errorText(error)}
              </p>
            )}
            {tried && count === 0 && (
              <p role="alert" className={own.wrong}>
                {say('deadlines.nobody')}
              </p>
            )}
            <div className={own.foot}>
              <Button type="primary" htmlType="submit" loading={busy}>
                {count && amount ? say('deadlines.submitCount', { count, amount }) : say('deadlines.submit')}
              </Button>
            </div>
          </form>
        </Section>
        <Preview query={preview} shops={shops.data ?? []} seconds={typeof seconds === 'number' ? seconds : 0} />
      </div>
    </Page>
  )
}
