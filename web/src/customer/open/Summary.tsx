import type { ReactNode } from 'react'
import { formatMoney, type Money } from '@/shared/money'
import { formatSpan } from '@/shared/time'
import { useText } from '../messages'
import { type Order, variantOf } from '../orders/queries'
import { Link } from '../shell/Link'
import { Failure, GoodsPicture, Icon, Notice, Skeleton } from '../ui'
import { contentOf, type Draft } from './draft'
import { type Preview, usePreview, useVariants } from './queries'
import type { Reason, Step } from './steps'

/** All that was said, what comes of it, and what happens then: the last look before it is sent. */
export function Summary({
  draft,
  order,
  reason,
  to,
  steps,
}: {
  draft: Draft
  order: Order
  reason: Reason | undefined
  to: (step: Step) => string
  steps: readonly Step[]
}) {
  const t = useText()
  const lines = order.lines.filter((line) => (draft.lines[line.id] ?? 0) > 0)
  const preview = usePreview(
    contentOf(draft, (serial) => serial),
    true,
  )
  const change = (step: Step) => (steps.includes(step) ? to(step) : undefined)
  return (
    <>
      <h2 className="question" tabIndex={-1} data-arrive>
        {t('summary.question')}
      </h2>
      <section className="card rows">
        {lines.map((line) => (
          <div key={line.id} className="row">
            <GoodsPicture category={line.category} size={44} />
            <span className="row-words">
              <span className="row-title">{line.title}</span>
              <span className="row-note">
                {variantOf(line)}
                {draft.kind === 'exchange' && draft.variants[line.id] && (
                  <Wanted
                    orderID={order.id}
                    lineID={line.id}
                    quantity={draft.lines[line.id] ?? 1}
                    id={draft.variants[line.id]}
                  />
                )}
              </span>
            </span>
            <span className="figures">× {draft.lines[line.id]}</span>
            <Change what={t('step.items')} to={change('items')} />
          </div>
        ))}
        {draft.kind === 'complaint' && (
          <Said label={t('step.about')} to={change('about')}>
            {t(draft.subject === 'service' ? 'about.service' : 'about.goods')}
          </Said>
        )}
        {reason && (
          <Said label={t('step.reason')} to={change('reason')}>
            {reason.label}
          </Said>
        )}
        {draft.serial.trim() !== '' && (
          <Said label={t('words.serial')} to={change('details')}>
            {draft.serial}
          </Said>
        )}
        {draft.words.trim() !== '' && (
          <Said label={t('words.labelFree')} to={change('details')}>
            {draft.words}
          </Said>
        )}
        {steps.includes('details') && (
          <Said label={t('photo.title')} to={change('details')}>
            {draft.evidence.length > 0 ? t('photo.count', { count: draft.evidence.length }) : t('photo.no')}
          </Said>
        )}
      </section>
      {preview.isError ? (
        <Failure error={preview.error} onRetry={() => void preview.refetch()} />
      ) : preview.data ? (
        <Outcome draft={draft} order={order} preview={preview.data} />
      ) : (
        <Skeleton rows={2} kind="card" />
      )}
    </>
  )
}

function Wanted({
  orderID,
  lineID,
  quantity,
  id,
}: {
  orderID: string
  lineID: string
  quantity: number
  id: string | undefined
}) {
  const t = useText()
  const found = useVariants(orderID, lineID, quantity).data?.find((one) => one.id === id)
  return found ? <> → {[found.colour, found.size].filter(Boolean).join(' · ') || t('variant.plain')}</> : null
}

function Said({ label, to, children }: { label: string; to: string | undefined; children: ReactNode }) {
  return (
    <div className="row said">
      <span className="row-words">
        <span className="row-note">{label}</span>
        <span className="said-text">{children}</span>
      </span>
      <Change what={label} to={to} />
    </div>
  )
}

function Change({ what, to }: { what: string; to: string | undefined }) {
  const t = useText()
  return to === undefined ? null : (
    <Link className="said-change" to={to} aria-label={t('summary.change', { what })}>
      <Icon name="edit" size={20} />
    </Link>
  )
}

function Outcome({ draft, order, preview }: { draft: Draft; order: Order; preview: Preview }) {
  const t = useText()
  if (!preview.possible)
    return (
      <Notice tone="bad" title={t('summary.refused')}>
        {preview.why_text}
      </Notice>
    )
  const { difference } = preview
  return (
    <>
      {draft.subject !== 'service' && (
        <section className="card sum">
          {draft.kind === 'exchange' && difference ? (
            <Sum
              label={t(difference.minor > 0 ? 'summary.pay' : difference.minor < 0 ? 'summary.back' : 'summary.even')}
              amount={difference.minor === 0 ? undefined : { ...difference, minor: Math.abs(difference.minor) }}
            />
          ) : draft.kind === 'repair' ? (
            <Sum label={t(preview.warranty?.covered === false ? 'summary.repairPaid' : 'summary.repairFree')} />
          ) : draft.kind === 'price_protection' && preview.quote.total.minor === 0 ? (
            <Sum label={t('summary.priceAsked')} />
          ) : (
            <>
              <Sum
                label={t(draft.kind === 'complaint' ? 'summary.claim' : 'summary.refund')}
                amount={preview.quote.total}
              />
              <details className="formula" open>
                <summary>{t('summary.formula')}</summary>
                <ul>
                  {preview.quote.formula.map((one, n) => (
                    <li key={n}>
                      <span>{named(one.text, one.line_id, order)}</span>
                      <span className="figures">{formatMoney(one.amount)}</span>
                    </li>
                  ))}
                  <li className="formula-total">
                    <span>{t('summary.total')}</span>
                    <span className="figures">{formatMoney(preview.quote.total)}</span>
                  </li>
                </ul>
              </details>
            </>
          )}
          {(draft.kind === 'return' || draft.kind === 'exchange' || draft.kind === 'repair') &&
            preview.freight.back && (
              <p className="sum-note">
                <Icon name="truck" size={20} />
                <span>
                  {t(`freight.${partyOf(preview.freight.back)}`)}
                  {preview.insured && preview.freight.back === 'customer' && <> {t('freight.insured')}</>}
                </span>
              </p>
            )}
          {draft.kind !== 'exchange' && draft.kind !== 'repair' && (
            <p className="sum-note">
              <Icon name="return" size={20} />
              <span>{t('summary.where')}</span>
            </p>
          )}
        </section>
      )}
      <Next draft={draft} preview={preview} />
    </>
  )
}

const partyOf = (party: string) =>
  party === 'customer' || party === 'merchant' || party === 'platform' || party === 'carrier' ? party : 'unclear'

/** The sentence of a step of the formula; the server names a line by its number, the customer knows it by its name. */
const named = (text: string, lineID: string | undefined, order: Order) => {
  const title = order.lines.find((line) => line.id === lineID)?.title
  return lineID && title ? text.replace(lineID, title) : text
}

function Sum({ label, amount }: { label: string; amount?: Money | undefined }) {
  return (
    <p className="sum-line">
      <span>{label}</span>
      {amount && <b className="figures">{formatMoney(amount)}</b>}
    </p>
  )
}

/** Whether the assistant will have something to ask: the rules name what they want, the draft what it has. */
const stillAsked = ({ asks }: Preview, draft: Draft) =>
  asks.some(
    ({ field }) =>
      (field === 'reason' && draft.reason === null) ||
      (field === 'evidence' && draft.evidence.length === 0) ||
      (field === 'description' && draft.words.trim() === ''),
  )

/** What happens after it is sent, one line each. */
function Next({ draft, preview }: { draft: Draft; preview: Preview }) {
  const t = useText()
  const { answer } = preview
  const first = preview.by_rule
    ? t('next.atOnce')
    : draft.kind === 'complaint'
      ? t('next.complaint')
      : answer
        ? t('next.answer', { span: formatSpan(answer.seconds * 1000), zero: answer.at_zero })
        : t('next.shop')
  const later = {
    return: ['next.sendBack', 'next.inspect', 'next.refund'],
    exchange: ['next.sendBack', 'next.inspect', 'next.ship'],
    repair: ['next.sendIn', 'next.repair'],
    refund_only: ['next.refund'],
    price_protection: ['next.refund'],
    complaint: ['next.judge'],
  } as const
  return (
    <section>
      <h3 className="section-title">{t('next.title')}</h3>
      <ol className="card path">
        {stillAsked(preview, draft) && <li>{t('next.asked')}</li>}
        <li>{first}</li>
        {later[draft.kind].map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ol>
    </section>
  )
}
