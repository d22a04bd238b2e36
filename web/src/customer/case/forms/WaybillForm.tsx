import { useState } from 'react'
import { TextField } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { carrierOf, useCarriers } from './carriers'
import { CommandSheet } from './CommandSheet'
import { Select } from './Select'

/** The number of the parcel that goes back; again, when the first was mistyped. */
export function WaybillForm({ one, onClose }: { one: Case; onClose: () => void }) {
  const t = useText()
  const carriers = useCarriers()
  const [number, setNumber] = useState(one.parcel?.suspect ? one.parcel.number : '')
  const [chosen, setChosen] = useState(one.parcel?.carrier ?? '')
  const plain = number.toUpperCase().replace(/\s/g, '')
  const carrier = chosen === '' ? (carrierOf(plain) ?? '') : chosen
  return (
    <CommandSheet
      one={one}
      name="send_back"
      title={one.parcel ? t('waybill.correctTitle') : t('waybill.title')}
      lead={t('waybill.lead')}
      confirm={t('waybill.send')}
      done={t('waybill.done')}
      onClose={onClose}
      content={() => (carrier === '' || plain === '' ? t('waybill.lack') : { carrier, number: plain })}
    >
      <TextField
        label={t('waybill.number')}
        hint={t('waybill.numberHint')}
        value={number}
        maxLength={40}
        autoCapitalize="characters"
        autoComplete="off"
        spellCheck={false}
        className="code"
        onChange={(event) => setNumber(event.target.value)}
      />
      <Select label={t('waybill.carrier')} value={carrier} onChange={setChosen}>
        <option value="">{t('waybill.choose')}</option>
        {carriers.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </Select>
    </CommandSheet>
  )
}
