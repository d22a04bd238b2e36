import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoney, parseYuan } from '@/shared/money'
import { RadioCards, TextArea, TextField } from '../../ui'
import { sum } from '../commands'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'

/** An amount that would end the complaint. */
export function SettlementForm({
  one,
  complaint,
  onClose,
}: {
  one: Case
  complaint: Schemas['Complaint']
  onClose: () => void
}) {
  const t = useText()
  const [typed, setTyped] = useState('')
  const [goods, setGoods] = useState<'keep' | 'back'>('keep')
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const most = complaint.most
  const minor = parseYuan(typed)
  const wrong = minor === null || minor <= 0 || minor > most.minor
  const amount = formatMoney(most)
  return (
    <CommandSheet
      one={one}
      name="propose_settlement"
      title={t('settle.proposeTitle')}
      lead={t('settle.proposeLead')}
      confirm={t('settle.send')}
      done={t('settle.done')}
      onClose={onClose}
      content={() => {
        setTried(true)
        if (minor === null || wrong) return t('settle.wrong', { amount })
        const text = words.trim()
        return { amount: sum({ minor }), goods_back: goods === 'back', ...(text ? { text } : {}) }
      }}
    >
      <TextField
        label={t('settle.amount')}
        hint={t('settle.most', { amount })}
        error={tried && wrong ? t('settle.wrong', { amount }) : undefined}
        before="¥"
        inputMode="decimal"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <RadioCards
        legend={t('settle.goods')}
        columns={2}
        value={goods}
        onChange={setGoods}
        options={[
          { value: 'keep', label: t('settle.keep') },
          { value: 'back', label: t('settle.back') },
        ]}
      />
      <TextArea
        label={t('settle.words')}
        value={words}
        maxLength={2000}
        rows={2}
        onChange={(event) => setWords(event.target.value)}
      />
    </CommandSheet>
  )
}
