import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { sum } from '../commands'
import { Formula } from '../Formula'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'

interface Props {
  one: Case
  yes: boolean
  onClose: () => void
}

/** Yes or no to a smaller amount, with the amount said once more: an offer that changed meanwhile is not accepted unseen. */
export function AnswerOffer({ one, offer, yes, onClose }: Props & { offer: Schemas['Offer'] }) {
  const t = useText()
  const amount = formatMoney(offer.amount)
  const part = one.stage === 'difference'
  return (
    <CommandSheet
      one={one}
      name="answer_offer"
      title={yes ? t('offer.yesTitle', { amount }) : t('offer.noTitle')}
      lead={yes ? t('offer.yesLead') : t(part ? 'offer.noLeadPart' : 'offer.noLead')}
      confirm={yes ? t('offer.yes', { amount }) : t('offer.no')}
      cancel={t('confirm.keep')}
      done={t('confirm.done')}
      content={() => (yes ? { accept: true, amount: sum(offer.amount) } : { accept: false })}
      onClose={onClose}
    >
      {yes && <Formula quote={offer.quote} orderID={one.order_id} />}
    </CommandSheet>
  )
}

/** Yes or no to what a repair costs. */
export function AnswerQuote({ one, yes, onClose }: Props) {
  const t = useText()
  const asked = one.repair?.amount
  const amount = asked ? formatMoney(asked) : ''
  return (
    <CommandSheet
      one={one}
      name="answer_quote"
      title={yes ? t('repair.yesTitle', { amount }) : t('repair.noTitle')}
      lead={yes ? t('repair.yesLead') : t('repair.noLead')}
      confirm={yes ? t('repair.yes', { amount }) : t('repair.no')}
      cancel={t('confirm.keep')}
      done={t('confirm.done')}
      content={() => (yes && asked ? { accept: true, amount: sum(asked) } : { accept: yes })}
      onClose={onClose}
    />
  )
}

/** Yes or no to the other side's settlement. */
export function AnswerSettlement({ one, settlement, yes, onClose }: Props & { settlement: Schemas['Settlement'] }) {
  const t = useText()
  const amount = formatMoney(settlement.amount)
  return (
    <CommandSheet
      one={one}
      name="answer_settlement"
      title={yes ? t('settle.yesTitle', { amount }) : t('settle.noTitle')}
      lead={yes ? t('settle.yesLead') : t('settle.noLead')}
      confirm={yes ? t('settle.yes', { amount }) : t('settle.no')}
      cancel={t('confirm.keep')}
      done={t('confirm.done')}
      content={() => (yes ? { accept: true, amount: sum(settlement.amount) } : { accept: false })}
      onClose={onClose}
    >
      <p>{t(settlement.goods_back ? 'settle.goodsBack' : 'settle.goodsKept')}</p>
    </CommandSheet>
  )
}
