import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, Cancelled, isProblem, type Schemas, take } from '@/shared/api'
import type { paths } from '@/shared/api/schema'
import { useIntention } from '@/shared/idempotency'
import type { Name } from './model/actions'
import { type Change, changes } from '@/shared/case/change'
import { type Case, caseKey } from './queries'

/** Where each action is asked for. */
const routes = {
  answer: '/v1/cases/{id}/answer',
  answer_offer: '/v1/cases/{id}/answer-offer',
  edit: '/v1/cases/{id}/edit',
  escalate: '/v1/cases/{id}/escalate',
  accept_refusal: '/v1/cases/{id}/accept-refusal',
  request_pickup: '/v1/cases/{id}/pickup',
  send_back: '/v1/cases/{id}/send-back',
  take_advance: '/v1/cases/{id}/take-advance',
  start_payment: '/v1/cases/{id}/start-payment',
  confirm_receipt: '/v1/cases/{id}/confirm-receipt',
  report_problem: '/v1/cases/{id}/report-problem',
  reject_repair: '/v1/cases/{id}/reject-repair',
  answer_quote: '/v1/cases/{id}/answer-quote',
  choose: '/v1/cases/{id}/choose',
  answer_extension: '/v1/cases/{id}/answer-extension',
  consent_rail: '/v1/cases/{id}/consent-rail',
  answer_settlement: '/v1/cases/{id}/answer-settlement',
  propose_settlement: '/v1/cases/{id}/propose-settlement',
  add_evidence: '/v1/cases/{id}/evidence',
  appeal: '/v1/cases/{id}/appeal',
  rest: '/v1/cases/{id}/rest',
  agree_suspend: '/v1/cases/{id}/agree-suspend',
  suspend: '/v1/cases/{id}/suspend',
  resume: '/v1/cases/{id}/resume',
  withdraw: '/v1/cases/{id}/withdraw',
} as const satisfies Partial<Record<Name, keyof paths>>

export type CommandName = keyof typeof routes

/** What a command takes, besides the revision that it is for. */
export type Content<N extends CommandName> = Omit<
  paths[(typeof routes)[N]]['post']['requestBody']['content']['application/json'],
  'expected_revision'
>

/** An amount as commands take it. */
export const sum = ({ minor }: { minor: number }) => ({ minor, currency: 'CNY' as const })

/** Asks for all that a command may have changed. Resolves when it is on the screen. */
export const refresh = (client: QueryClient, one: Pick<Case, 'id' | 'order_id'>): Promise<unknown> =>
  Promise.all([
    client.invalidateQueries({ queryKey: caseKey(one.id) }),
    client.invalidateQueries({ queryKey: ['cases'], refetchType: 'none' }),
    client.invalidateQueries({ queryKey: ['order', one.order_id], refetchType: 'none' }),
    client.invalidateQueries({ queryKey: ['notifications'], refetchType: 'none' }),
  ])

export interface Command<N extends CommandName> {
  /** Sends it; resolves to the answer, or to null when it was not done: then `error` or `changed` says why. */
  readonly send: (content: Content<N>) => Promise<Schemas['Ack'] | null>
  readonly busy: boolean
  readonly error: unknown
  /** What is different from what the person saw when they began; it is for them to look at before anything is sent. */
  readonly changed: readonly Change[] | null
  readonly looked: () => void
}

/**
 * One thing that a person asks of a case. It is sent for the state that they saw: when the case has moved on meanwhile nothing is done,
 * what changed is told, and what they typed stays. However often it is pressed, it is one intention.
 */
export function useCommand<N extends CommandName>(one: Case, name: N): Command<N> {
  const client = useQueryClient()
  const intention = useIntention()
  const running = useRef(false)
  const [seen, setSeen] = useState(one)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [refused, setRefused] = useState(false)
  const moved = one.revision !== seen.revision

  const send = async (content: Content<N>) => {
    if (running.current || moved) return null
    running.current = true
    setBusy(true)
    setError(null)
    setRefused(false)
    const body = { ...content, expected_revision: seen.revision }
    try {
      const ack = await take(
        api.POST(routes[name] as '/v1/cases/{id}/withdraw', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': intention.key([name, body]) } },
          body,
        }),
      )
      intention.done()
      await refresh(client, one)
      return ack
    } catch (failure) {
      if (failure instanceof Cancelled) return null
      if (isProblem(failure, 'stale_revision')) setRefused(true)
      else setError(failure)
      if (isProblem(failure) && failure.status === 409) await refresh(client, one)
      return null
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return {
    send,
    busy,
    error,
    changed: moved && !busy ? changes(seen, one) : refused ? [{ what: 'other' }] : null,
    looked: () => {
      setSeen(one)
      setRefused(false)
    },
  }
}
