import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Tick } from '@/features/case/parts'
import { isProblem } from '@/shared/api'
import { Dialog } from '@/shared/Dialog'
import { formatMoment } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { type Address, type Place, removeAddress, saveAddress, useAddresses, useShopRefresh } from '../api/shop'
import { useText } from '../messages'
import { emptyPlace, lackingOf, placeNeeds, tidied } from '../model/place'
import css from './merchant.module.css'

/** Where the shop takes goods back. */
export function Addresses({ owner }: { owner: boolean }) {
  const say = useText()
  const all = useAddresses()
  const [open, setOpen] = useState<Address | 'new' | null>(null)
  return (
    <Section
      title={say('address.title')}
      text={say('address.text')}
      actions={
        owner && (
          <Button type="primary" onClick={() => setOpen('new')}>
            {say('address.add')}
          </Button>
        )
      }
    >
      {all.isPending && <Loading rows={3} />}
      {all.isError && <Failure error={all.error} retry={() => void all.refetch()} />}
      {all.data?.length === 0 && <Empty title={say('address.empty')} text={say('address.emptyText')} />}
      <ItemList>
        {all.data?.map((one) => (
          <Line key={one.id} one={one} owner={owner} onChange={() => setOpen(one)} />
        ))}
      </ItemList>
      {open && (
        <AddressDialog
          one={open === 'new' ? undefined : open}
          first={all.data?.length === 0}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  )
}

function Line({ one, owner, onChange }: { one: Address; owner: boolean; onChange: () => void }) {
  const say = useText()
  const refresh = useShopRefresh()
  const [sure, setSure] = useState(false)
  const { place } = one
  const remove = useCommand({
    send: (_: null, key) => removeAddress(one.id, key),
    onDone: () => void refresh(),
  })
  const standard = useCommand({
    send: (place: Place, key) => saveAddress(one.id, { place, default: true }, key),
    onDone: () => void refresh(),
  })
  return (
    <Item
      name={
        <>
          {[place.province, place.city, place.district, place.street].filter(Boolean).join(' ')}
          {one.default && <StatusTag tone="good">{say('address.default')}</StatusTag>}
        </>
      }
      tools={
        owner && (
          <>
            {!one.default && (
              <Button size="small" loading={standard.busy} onClick={() => void standard.run(place)}>
                {say('address.makeDefault')}
              </Button>
            )}
            <Button size="small" onClick={onChange}>
              {say('address.change')}
            </Button>
            <Button size="small" danger onClick={() => setSure(true)}>
              {say('address.remove')}
            </Button>
          </>
        )
      }
      below={
        <>
          {sure && (
            <Sure
              question={say('address.removeSure')}
              yes={say('address.remove')}
              danger
              busy={remove.busy}
              onYes={() => void remove.run(null)}
              onNo={() => setSure(false)}
            />
          )}
          <Wrong error={remove.error ?? standard.error} />
        </>
      }
    >
      {place.name} <span className="figures">{place.phone}</span> ·{' '}
      {say('address.since', { at: formatMoment(one.since) })}
    </Item>
  )
}

const fields = ['name', 'phone', 'province', 'city', 'district', 'street'] as const

function AddressDialog({ one, first, onClose }: { one: Address | undefined; first: boolean; onClose: () => void }) {
  const say = useText()
  const refresh = useShopRefresh()
  const [place, setPlace] = useState<Place>({ ...emptyPlace, ...one?.place })
  const [standard, setStandard] = useState(one?.default ?? first)
  const [tried, setTried] = useState(false)
  const lacking = lackingOf(place)
  const { run, busy, error } = useCommand({
    send: (body: { place: Place; default?: boolean }, key) => saveAddress(one?.id, body, key),
    onDone: () => {
      void refresh()
      onClose()
    },
  })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (!lacking) void run({ place: tidied(place), ...(standard ? { default: true } : {}) })
  }
  const wrong = (name: string) => (isProblem(error) ? error.field(`place.${name}`) : undefined)
  return (
    <Dialog
      firm
      title={say(one ? 'address.changeTitle' : 'address.add')}
      closeLabel={say('form.cancel')}
      onClose={onClose}
    >
      <form className={form.form} noValidate onSubmit={onSubmit}>
        {one && <p className={cell.lesser}>{say('address.changeText')}</p>}
        <div className={css.columns}>
          {fields.map((name) => (
            <Field
              key={name}
              label={say(`address.${name}`)}
              optional={placeNeeds.some((need) => need === name) ? undefined : say('form.optional')}
              error={
                wrong(name) ??
                (tried &&
                  placeNeeds.some((need) => need === name) &&
                  (place[name] ?? '').trim() === '' &&
                  say('address.needed'))
              }
            >
              {(control) => (
                <Input
                  {...control}
                  autoFocus={name === 'name'}
                  autoComplete="off"
                  inputMode={name === 'phone' ? 'tel' : 'text'}
                  maxLength={{ name: 50, phone: 20, province: 64, city: 64, district: 64, street: 200 }[name]}
                  value={place[name] ?? ''}
                  onChange={(event) => setPlace({ ...place, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        {!first && !one?.default && (
          <Tick value={standard} onChange={setStandard}>
            {say('address.asDefault')}
          </Tick>
        )}
        <FormFoot error={error} busy={busy} submit={say('form.save')} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
