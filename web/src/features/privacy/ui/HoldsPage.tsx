import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useDeferredValue, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useView } from '@/app/view'
import { isProblem, type Schemas } from '@/shared/api'
import { formatMoment, serverNow } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { Page, Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { SidePanel } from '@/ui/SidePanel'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { type Hold, liftHold, placeHold, useHolds } from '../api/privacy'
import { useText } from '../messages'
import css from './privacy.module.css'
import { PrivacyTabs } from './PrivacyTabs'

const reasons = ['court', 'police', 'regulator', 'claim'] as const
type Reason = (typeof reasons)[number]

/** What courts and the police asked to be kept: customers whose data is neither erased nor swept meanwhile. */
export default function HoldsPage() {
  const say = useText()
  const [view, change] = useView('customer', 'place')
  const customer = useDeferredValue(view.customer)
  const { rows, ...holds } = rowsOf(useHolds(customer))
  return (
    <Page
      title={say('title')}
      actions={
        <Button type="primary" onClick={() => change({ place: '1' }, 'push')}>
          {say('holds.place')}
        </Button>
      }
    >
      <PrivacyTabs />
      <p className={cell.note}>{say('holds.text')}</p>
      <div className={css.tools}>
        <Input
          className={cell.search ?? ''}
          allowClear
          aria-label={say('holds.customer')}
          placeholder={say('holds.customer')}
          value={view.customer ?? ''}
          onChange={(event) => change({ customer: event.target.value.trim() })}
        />
      </div>
      {holds.isPending && <Loading rows={4} />}
      {Boolean(holds.error) && rows.length === 0 && <Failure error={holds.error} retry={() => void holds.refetch()} />}
      {!holds.isPending && !holds.error && rows.length === 0 && (
        <Empty title={say('holds.empty')} text={say('holds.emptyText')} />
      )}
      {rows.length > 0 && (
        <ItemList boxed>
          {rows.map((one) => (
            <HoldLine key={one.id} hold={one} />
          ))}
        </ItemList>
      )}
      <More {...holds} />
      {view.place && <PlaceForm customer={view.customer ?? ''} onClose={() => change({ place: undefined })} />}
    </Page>
  )
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['privacy'] })
}

function HoldLine({ hold }: { hold: Hold }) {
  const say = useText()
  const refresh = useRefresh()
  const { run, busy, error } = useCommand({
    send: (id: string, key) =>
      liftHold(id, key, {
        title: say('holds.liftAbout'),
        facts: [
          [say('holds.customer'), hold.customer_id],
          [say('holds.reason'), say(`reason.${hold.reason}`)],
        ],
      }),
    onDone: () => void refresh(),
  })
  const late = new Date(hold.review_at).getTime() < serverNow()
  return (
    <Item
      name={
        <>
          {hold.customer_id} <StatusTag tone="review">{say(`reason.${hold.reason}`)}</StatusTag>
          {late && <StatusTag tone="bad">{say('holds.late')}</StatusTag>}
        </>
      }
      tools={
        <Button loading={busy} onClick={() => void run(hold.id)}>
          {say('holds.lift')}
        </Button>
      }
      below={<Wrong error={error} />}
    >
      {say('holds.placed', { who: hold.placed_by, at: formatMoment(hold.placed_at) })} ·{' '}
      {say('holds.review', { at: formatMoment(hold.review_at) })}
    </Item>
  )
}

function PlaceForm({ customer: given, onClose }: { customer: string; onClose: () => void }) {
  const say = useText()
  const refresh = useRefresh()
  const [customer, setCustomer] = useState(given)
  const [reason, setReason] = useState<Reason>('court')
  const [text, setText] = useState('')
  const [days, setDays] = useState('180')
  const [tried, setTried] = useState(false)
  const n = /^\d{1,3}$/.test(days.trim()) ? Number(days) : 0
  const goodDays = n >= 1 && n <= 365
  const { run, busy, error } = useCommand({
    send: (body: Schemas['HoldRequest'], key) =>
      placeHold(body, key, {
        title: say('holds.place'),
        facts: [
          [say('holds.customer'), body.customer_id],
          [say('holds.reason'), say(`reason.${body.reason}`)],
        ],
      }),
    onDone: () => {
      void refresh()
      onClose()
    },
  })
  const wrong = (field: string) => (isProblem(error) ? error.field(field) : undefined)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (!customer.trim() || !goodDays) return
    void run({ customer_id: customer.trim(), reason, days: n, ...(text.trim() ? { text: text.trim() } : {}) })
  }
  return (
    <SidePanel title={say('holds.place')} label={say('holds.place')} onClose={onClose}>
      <Section title={say('holds.place')} text={say('holds.means')}>
        <form className={form.form} onSubmit={submit} noValidate>
          <Field
            label={say('holds.customer')}
            error={tried && !customer.trim() ? say('holds.noCustomer') : wrong('customer_id')}
          >
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={40}
                autoComplete="off"
                value={customer}
                onChange={(event) => setCustomer(event.target.value)}
              />
            )}
          </Field>
          <Field label={say('holds.reason')} error={wrong('reason')}>
            {(control) => (
              <Select
                {...control}
                value={reason}
                onChange={setReason}
                options={reasons.map((value) => ({ value, label: say(`reason.${value}`) }))}
              />
            )}
          </Field>
          <Field label={say('holds.words')} hint={say('holds.wordsHint')} error={wrong('text')}>
            {(control) => (
              <Input.TextArea
                {...control}
                autoSize={{ minRows: 2, maxRows: 6 }}
                maxLength={1000}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          <Field
            label={say('holds.days')}
            hint={say('holds.daysHint')}
            error={tried && !goodDays ? say('holds.noDays') : wrong('days')}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                autoComplete="off"
                value={days}
                onChange={(event) => setDays(event.target.value)}
              />
            )}
          </Field>
          <FormFoot error={error} busy={busy} submit={say('holds.place')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
