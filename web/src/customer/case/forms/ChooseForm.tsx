import { useState } from 'react'
import { RadioCards } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'

const known = ['exchange', 'return', 'repair'] as const
type Choice = (typeof known)[number]

/** Another item, the money, or one more repair. */
export function ChooseForm({ one, choices, onClose }: { one: Case; choices: readonly string[]; onClose: () => void }) {
  const t = useText()
  const [choice, setChoice] = useState<Choice>()
  return (
    <CommandSheet
      one={one}
      name="choose"
      title={t('repair.chooseTitle')}
      lead={t('repair.chooseLead')}
      confirm={t('repair.choose')}
      done={t('confirm.done')}
      onClose={onClose}
      content={() => (choice ? { choice } : t('repair.chooseLack'))}
    >
      <RadioCards
        legend={t('repair.chooseTitle')}
        hideLegend
        value={choice}
        onChange={setChoice}
        options={known
          .filter((value) => choices.includes(value))
          .map((value) => ({ value, label: t(`repair.${value}`), note: t(`repair.${value}Note`) }))}
      />
    </CommandSheet>
  )
}
