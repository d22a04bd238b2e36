import { useState } from 'react'
import { formatMoney } from '@/shared/money'
import { TextField } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'
import { Select } from './Select'

/** Where to pay, when the way the money came is closed. */
export function ConsentForm({ one, onClose }: { one: Case; onClose: () => void }) {
  const t = useText()
  const failed = one.legs.filter((leg) => leg.status === 'failed')
  const [tender, setTender] = useState(failed[0]?.tender_id ?? '')
  const [account, setAccount] = useState('')
  const [name, setName] = useState('')
  return (
    <CommandSheet
      one={one}
      name="consent_rail"
      title={t('consent.title')}
      lead={t('consent.lead')}
      confirm={t('consent.send')}
      done={t('consent.done')}
      onClose={onClose}
      content={() =>
        account.trim() === '' || name.trim() === ''
          ? t('consent.lack')
          : { account: account.trim(), name: name.trim(), ...(tender ? { tender_id: tender } : {}) }
      }
    >
      {failed.length > 1 && (
        <Select label={t('consent.tender')} value={tender} onChange={setTender}>
          {failed.map((leg) => (
            <option key={leg.key} value={leg.tender_id}>
              {formatMoney(leg.amount)}
            </option>
          ))}
        </Select>
      )}
      <TextField
        label={t('consent.account')}
        hint={t('consent.accountHint')}
        value={account}
        maxLength={100}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => setAccount(event.target.value)}
      />
      <TextField
        label={t('consent.name')}
        value={name}
        maxLength={100}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
    </CommandSheet>
  )
}
