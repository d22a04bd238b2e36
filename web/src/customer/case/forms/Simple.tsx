import { formatSpan } from '@/shared/time'
import type { Name } from '../model/actions'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'

type PlainName = Extract<
  Name,
  | 'accept_refusal'
  | 'take_advance'
  | 'confirm_receipt'
  | 'rest'
  | 'resume'
  | 'withdraw'
  | 'answer_extension'
  | 'agree_suspend'
>

/** What needs no more than a yes, said once more with what follows from it. */
export function Plain({ one, name, yes, onClose }: { one: Case; name: PlainName; yes: boolean; onClose: () => void }) {
  const t = useText()
  const label = one.actions.find((action) => action.name === name)?.label ?? ''
  const props = { one, onClose, cancel: t('confirm.keep'), done: t('confirm.done') }
  switch (name) {
    case 'answer_extension':
      return (
        <CommandSheet
          {...props}
          name={name}
          title={yes ? t('extension.yes') : t('extension.no')}
          lead={t('extension.title', { span: formatSpan((one.extension?.seconds ?? 0) * 1000) })}
          confirm={yes ? t('extension.yes') : t('extension.no')}
          content={() => ({ accept: yes })}
        />
      )
    case 'agree_suspend':
      return (
        <CommandSheet
          {...props}
          name={name}
          title={yes ? t('suspend.yes') : t('suspend.no')}
          lead={t('suspend.theirsLead')}
          confirm={yes ? t('suspend.yes') : t('suspend.no')}
          content={() => ({ accept: yes })}
        />
      )
    case 'withdraw':
      return (
        <CommandSheet
          {...props}
          name={name}
          danger
          title={t('withdraw.title')}
          cancel={t('withdraw.keep')}
          confirm={t('withdraw.send')}
          done={t('withdraw.done')}
          content={() => ({})}
        />
      )
    case 'confirm_receipt':
      return (
        <CommandSheet
          {...props}
          name={name}
          title={t('delivery.confirm')}
          lead={one.delivery?.delivered_at ? t('delivery.confirmLead') : t('delivery.confirmEarly')}
          confirm={t('delivery.confirm')}
          content={() => ({})}
        />
      )
    case 'rest':
      return (
        <CommandSheet
          {...props}
          name={name}
          title={one.stage === 'appeal_window' ? t('appeal.restTitle') : label}
          confirm={t('confirm.send')}
          content={() => ({})}
        />
      )
    case 'resume':
      return (
        <CommandSheet
          {...props}
          name={name}
          title={t('suspend.resumeTitle')}
          lead={t('suspend.resumeLead')}
          confirm={label}
          content={() => ({})}
        />
      )
    default:
      return <CommandSheet {...props} name={name} title={label} confirm={t('confirm.send')} content={() => ({})} />
  }
}
