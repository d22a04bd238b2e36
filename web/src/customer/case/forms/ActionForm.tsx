import type { Offered } from '../model/actions'
import type { Case } from '../queries'
import { AnswerForm } from './AnswerForm'
import { ChooseForm } from './ChooseForm'
import { ConsentForm } from './ConsentForm'
import { AnswerOffer, AnswerQuote, AnswerSettlement } from './Decisions'
import { EditForm } from './EditForm'
import { PayForm } from './PayForm'
import { PickupForm } from './PickupForm'
import { ProblemForm } from './ProblemForm'
import { SettlementForm } from './SettlementForm'
import { Plain } from './Simple'
import { WaybillForm } from './WaybillForm'
import { WordsForm } from './WordsForm'

export type Chosen = Pick<Offered, 'name' | 'say'>

/** The form of what somebody wants to do in a case. */
export function ActionForm({ one, chosen, onClose }: { one: Case; chosen: Chosen; onClose: () => void }) {
  const { name, say } = chosen
  const props = { one, onClose }
  switch (name) {
    case 'answer':
      return one.question ? <AnswerForm {...props} question={one.question} /> : null
    case 'answer_offer':
      return one.offer ? <AnswerOffer {...props} offer={one.offer} yes={say !== 'no'} /> : null
    case 'answer_quote':
      return <AnswerQuote {...props} yes={say !== 'no'} />
    case 'answer_settlement':
      return one.complaint?.settlement ? (
        <AnswerSettlement {...props} settlement={one.complaint.settlement} yes={say !== 'no'} />
      ) : null
    case 'send_back':
      return <WaybillForm {...props} />
    case 'request_pickup':
      return <PickupForm {...props} />
    case 'start_payment':
      return one.payment ? <PayForm {...props} payment={one.payment} /> : null
    case 'choose':
      return one.repair ? <ChooseForm {...props} choices={one.repair.choices} /> : null
    case 'consent_rail':
      return <ConsentForm {...props} />
    case 'edit':
      return <EditForm {...props} />
    case 'report_problem':
    case 'reject_repair':
      return <ProblemForm {...props} name={name} />
    case 'propose_settlement':
      return one.complaint ? <SettlementForm {...props} complaint={one.complaint} /> : null
    case 'escalate':
    case 'add_evidence':
    case 'appeal':
    case 'suspend':
      return <WordsForm {...props} name={name} />
    case 'answer_extension':
    case 'agree_suspend':
      return <Plain {...props} name={name} yes={say !== 'no'} />
    case 'rate':
      return null // it has a place of its own
    default:
      return <Plain {...props} name={name} yes />
  }
}
