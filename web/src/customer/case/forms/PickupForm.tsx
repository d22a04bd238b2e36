import { useState } from 'react'
import { serverNow } from '@/shared/time'
import { RadioCards, Segmented } from '../../ui'
import { useText } from '../messages'
import { hoursOf, slotsFrom } from '../model/slots'
import type { Case } from '../queries'
import { useCarriers } from './carriers'
import { CommandSheet } from './CommandSheet'
import { Select } from './Select'

const days = ['today', 'tomorrow', 'dayAfter'] as const

/** A courier who comes for the goods, at a time that suits. */
export function PickupForm({ one, onClose }: { one: Case; onClose: () => void }) {
  const t = useText()
  const carriers = useCarriers()
  const [slots] = useState(() => slotsFrom(serverNow()))
  const [day, setDay] = useState<(typeof days)[number]>(slots[0]?.length ? 'today' : 'tomorrow')
  const [chosen, setChosen] = useState<string>()
  const [carrier, setCarrier] = useState('sf')
  const ofDay = slots[days.indexOf(day)] ?? []
  const slot = ofDay.find((other) => hoursOf(other) === chosen)
  return (
    <CommandSheet
      one={one}
      name="request_pickup"
      title={t('pickup.title')}
      lead={t('pickup.lead')}
      confirm={slot ? t('pickup.send', { time: `${t(`pickup.${day}`)} ${hoursOf(slot)}` }) : t('pickup.title')}
      done={t('pickup.done')}
      onClose={onClose}
      content={() =>
        slot ? { carrier, after: slot.after.toISOString(), before: slot.before.toISOString() } : t('pickup.lack')
      }
    >
      <Segmented
        legend={t('pickup.day')}
        value={day}
        onChange={setDay}
        options={days.map((other) => [other, t(`pickup.${other}`)] as const)}
      />
      {ofDay.length === 0 ? (
        <p className="row-note">{t('pickup.none')}</p>
      ) : (
        <RadioCards
          legend={t('pickup.slot')}
          columns={2}
          value={chosen}
          onChange={setChosen}
          options={ofDay.map((other) => ({
            value: hoursOf(other),
            label: <span className="figures">{hoursOf(other)}</span>,
          }))}
        />
      )}
      <Select label={t('pickup.carrier')} value={carrier} onChange={setCarrier}>
        {carriers.map((other) => (
          <option key={other.code} value={other.code}>
            {other.name}
          </option>
        ))}
      </Select>
    </CommandSheet>
  )
}
