import type { ComponentType } from 'react'
import type { FormProps } from './CommandForm'
import { DecideForm } from './DecideForm'
import { ProposeForm } from './ProposeForm'
import { RecoveryForm } from './RecoveryForm'
import {
  AgreeSuspendForm,
  AppealForm,
  EvidenceForm,
  InterceptForm,
  RedirectForm,
  ResolveDetailsForm,
  RestForm,
  ResumeForm,
  RetryForm,
  SettlementAnswerForm,
  SettlementForm,
  SupplementForm,
  SuspendForm,
} from './Simple'

export type Forms = Readonly<Record<string, ComponentType<FormProps>>>

/** The form of each action that staff of either side can be offered. A shop's own, see features/merchant, are handed to the case's page. */
export const forms: Forms = {
  decide: DecideForm,
  propose: ProposeForm,
  resolve_details: ResolveDetailsForm,
  report_intercept: InterceptForm,
  retry_refund: RetryForm,
  redirect_refund: RedirectForm,
  ask_supplement: SupplementForm,
  suspend: SuspendForm,
  agree_suspend: AgreeSuspendForm,
  resume: ResumeForm,
  propose_settlement: SettlementForm,
  answer_settlement: SettlementAnswerForm,
  add_evidence: EvidenceForm,
  appeal: AppealForm,
  rest: RestForm,
  recovery: RecoveryForm,
}
