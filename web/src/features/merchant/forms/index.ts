import { lazy } from 'react'
import type { Forms } from '@/features/case/parts'

/** The forms of what only a shop does to a case, each loaded when it is opened. Handed to the case's page and drawer. */
export const shopForms: Forms = {
  merchant_answer: lazy(() => import('./AnswerForm')),
  inspect: lazy(() => import('./InspectForm')),
  ask_extension: lazy(() => import('./ExtensionForm')),
  ship_replacement: lazy(() => import('./ShipForm')),
  cannot_ship: lazy(async () => ({ default: (await import('./Simple')).CannotShipForm })),
  diagnose: lazy(() => import('./DiagnoseForm')),
  finish_repair: lazy(async () => ({ default: (await import('./Simple')).FinishRepairForm })),
  cannot_repair: lazy(async () => ({ default: (await import('./Simple')).CannotRepairForm })),
  prove_delivery: lazy(async () => ({ default: (await import('./Simple')).ProveDeliveryForm })),
  carry_out: lazy(async () => ({ default: (await import('./Simple')).CarryOutForm })),
}
