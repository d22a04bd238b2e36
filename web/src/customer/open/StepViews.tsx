import { type ReactNode, useState } from 'react'
import { formatMoney, parseYuan, yuanOf } from '@/shared/money'
import { useOpenCases } from '../cases/queries'
import { useText } from '../messages'
import { type Order, variantOf } from '../orders/queries'
import { Link } from '../shell/Link'
import { Failure, GoodsPicture, Icon, Notice, RadioCards, Skeleton, Stepper, TextArea, TextField } from '../ui'
import { type Draft, takesAmount } from './draft'
import { usePreview, useVariants } from './queries'
import { contentOf } from './draft'
import { grouped, type Lack, mostOf, type Reason, whyNot } from './steps'

type Change = (part: Partial<Draft> | ((now: Draft) => Partial<Draft>)) => void

function Question({ children, lead }: { children: ReactNode; lead?: ReactNode }) {
  return (
    <header>
      <h2 className="question" tabIndex={-1} data-arrive>
        {children}
      </h2>
      {lead !== undefined && <p className="question-lead">{lead}</p>}
    </header>
  )
}

/** A complaint: about the goods, about how one was treated, or about a case that is under way. */
export function AboutStep({ draft, order, change }: { draft: Draft; order: Order; change: Change }) {
  const t = useText()
  const cases = (useOpenCases().data ?? []).filter((one) => one.order_id === order.id && one.kind !== 'complaint')
  return (
    <>
      <Question>{t('about.question')}</Question>
      <RadioCards
        legend={t('about.question')}
        hideLegend
        value={draft.subject ?? undefined}
        options={[
          { value: 'goods', label: t('about.goods'), note: t('about.goodsNote') },
          { value: 'service', label: t('about.service'), note: t('about.serviceNote') },
        ]}
        onChange={(subject) =>
          change(
            subject === draft.subject
              ? {}
              : { subject, reason: null, ...(subject === 'service' ? { lines: {}, amount: null } : {}) },
          )
        }
      />
      {cases.length > 0 && (
        <section>
          <h3 className="section-title">{t('about.case')}</h3>
          <div className="card rows">
            {cases.map((one) => (
              <Link key={one.id} to={`/cases/${one.id}`} className="row">
                <span className="row-words">
                  <span className="row-title">{one.words.kind}</span>
                  <span className="row-note">{one.words.stage}</span>
                </span>
                <Icon name="next" size={20} />
              </Link>
            ))}
          </div>
        </section>
      )}
    </>
  )
}

/** Which articles, and how many of each. */
export function ItemsStep({ draft, order, change }: { draft: Draft; order: Order; change: Change }) {
  const t = useText()
  const set = (id: string, quantity: number) => {
    const lines = Object.fromEntries(Object.entries({ ...draft.lines, [id]: quantity }).filter(([, n]) => n > 0))
    // Another first article may have other reasons; an amount was for what was chosen before.
    change({ lines, amount: null, ...(Object.keys(lines)[0] === Object.keys(draft.lines)[0] ? {} : { reason: null }) })
  }
  // One pair is exchanged or repaired at a time more often than all; money comes back for all more often than for one.
  const one = draft.kind === 'exchange' || draft.kind === 'repair'
  return (
    <>
      <Question>{t(`items.${draft.kind}`)}</Question>
      <ul className="stack">
        {order.lines.map((line) => {
          const why = whyNot(line, draft.kind)
          const most = mostOf(line, draft.kind)
          const off = why !== null || most === 0
          const quantity = draft.lines[line.id] ?? 0
          return (
            <li key={line.id} className="item">
              <label className={off ? 'choice off' : 'choice'}>
                <input
                  type="checkbox"
                  checked={quantity > 0}
                  disabled={off}
                  onChange={(event) => set(line.id, event.target.checked ? (one ? 1 : most) : 0)}
                />
                <GoodsPicture category={line.category} />
                <span className="choice-words">
                  <span className="choice-label">{line.title}</span>
                  <span className="choice-note">
                    {[variantOf(line), `${formatMoney(line.unit_price)} × ${line.quantity}`]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  {off && <span className="choice-why">{why === null || why === '' ? t('items.none') : why}</span>}
                </span>
                <span className="choice-mark box" aria-hidden="true">
                  <Icon name="check" size={16} />
                </span>
              </label>
              {quantity > 0 && most > 1 && (
                <div className="item-count">
                  <span>{t('items.howMany')}</span>
                  <Stepper
                    label={t('items.countOf', { title: line.title })}
                    value={quantity}
                    most={most}
                    onChange={(n) => set(line.id, n)}
                  />
                </div>
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** exchange: for what. */
export function VariantStep({ draft, order, change }: { draft: Draft; order: Order; change: Change }) {
  const t = useText()
  const lines = order.lines.filter((line) => (draft.lines[line.id] ?? 0) > 0)
  return (
    <>
      <Question lead={t('variant.lead')}>{t('variant.question')}</Question>
      {lines.map((line) => (
        <VariantChoice
          key={line.id}
          legend={lines.length > 1 ? line.title : t('variant.question')}
          hide={lines.length === 1}
          orderID={order.id}
          lineID={line.id}
          quantity={draft.lines[line.id] ?? 1}
          value={draft.variants[line.id]}
          onChange={(id) => change((now) => ({ variants: { ...now.variants, [line.id]: id } }))}
        />
      ))}
    </>
  )
}

function VariantChoice({
  legend,
  hide,
  orderID,
  lineID,
  quantity,
  value,
  onChange,
}: {
  legend: string
  hide: boolean
  orderID: string
  lineID: string
  quantity: number
  value: string | undefined
  onChange: (id: string) => void
}) {
  const t = useText()
  const variants = useVariants(orderID, lineID, quantity)
  if (variants.isError) return <Failure error={variants.error} onRetry={() => void variants.refetch()} />
  if (!variants.data) return <Skeleton rows={3} />
  if (variants.data.length === 0) return <Notice>{t('variant.none')}</Notice>
  return (
    <RadioCards
      legend={legend}
      hideLegend={hide}
      value={value}
      onChange={onChange}
      options={variants.data.map((one) => {
        const { minor } = one.difference
        return {
          value: one.id,
          label: [one.colour, one.size].filter(Boolean).join(' · ') || t('variant.plain'),
          note: one.same ? t('variant.same') : formatMoney(one.price),
          after:
            minor === 0 ? (
              <span className="tag good">{t('variant.even')}</span>
            ) : (
              <span className={minor > 0 ? 'tag act' : 'tag wait'}>
                {t(minor > 0 ? 'variant.pay' : 'variant.back', {
                  amount: formatMoney({ ...one.difference, minor: Math.abs(minor) }),
                })}
              </span>
            ),
          why: one.in_stock ? undefined : t('variant.out'),
        }
      })}
    />
  )
}

/** Why. */
export function ReasonStep({
  draft,
  reasons,
  error,
  retry,
  change,
}: {
  draft: Draft
  reasons: readonly Reason[] | undefined
  error: unknown
  retry: () => void
  change: Change
}) {
  const t = useText()
  return (
    <>
      <Question>
        {t(
          draft.kind === 'repair'
            ? 'reason.repair'
            : draft.kind === 'complaint'
              ? 'reason.complaint'
              : 'reason.question',
        )}
      </Question>
      {error ? (
        <Failure error={error} onRetry={retry} />
      ) : reasons === undefined ? (
        <Skeleton rows={4} />
      ) : (
        grouped(reasons).map((group) => (
          <RadioCards
            key={group.head}
            legend={group.head || t('reason.question')}
            hideLegend={group.head === ''}
            value={draft.reason ?? undefined}
            onChange={(reason) => change(reason === draft.reason ? {} : { reason, later: false })}
            options={group.reasons.map((one) => ({
              value: one.code,
              label: one.label,
              note: needs(one, t),
              why: one.enabled ? undefined : one.why_text,
            }))}
          />
        ))
      )}
    </>
  )
}

function needs(reason: Reason, t: ReturnType<typeof useText>): string | undefined {
  if (reason.needs.length > 0) return t('reason.photos')
  if (reason.describe) return t('reason.words')
  return undefined
}

/** What happened, in words and pictures. */
export function WordsStep({
  draft,
  reason,
  change,
  wrong,
  children,
}: {
  draft: Draft
  reason: Reason | undefined
  change: Change
  wrong: Lack | null
  children: ReactNode
}) {
  const t = useText()
  const photos = (reason?.needs.length ?? 0) > 0
  const needed = (photos && draft.evidence.length === 0) || (reason?.describe && draft.words.trim() === '')
  return (
    <>
      <Question
        lead={photos ? t('words.photosLead') : reason?.describe ? t('words.describeLead') : t('words.freeLead')}
      >
        {t('words.question')}
      </Question>
      {draft.kind === 'repair' && (
        <TextField
          label={t('words.serial')}
          hint={t('words.serialHint')}
          value={draft.serial}
          maxLength={64}
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => change({ serial: event.target.value })}
        />
      )}
      <TextArea
        label={t(reason?.describe ? 'words.label' : 'words.labelFree')}
        placeholder={t('words.placeholder')}
        value={draft.words}
        maxLength={1900}
        rows={4}
        error={wrong === 'words' ? t('lack.words') : undefined}
        onChange={(event) => change({ words: event.target.value, later: false })}
      />
      {children}
      {needed && (
        <label className="check">
          <input type="checkbox" checked={draft.later} onChange={(event) => change({ later: event.target.checked })} />
          <span>
            {t('words.later')}
            <small>{t('words.laterNote')}</small>
          </span>
        </label>
      )}
    </>
  )
}

/** How much: all that can be had, or less. */
export function AmountStep({ draft, change }: { draft: Draft; change: Change }) {
  const t = useText()
  const preview = usePreview(
    contentOf({ ...draft, amount: null, evidence: [] }, (serial) => serial),
    takesAmount(draft),
  )
  const [part, setPart] = useState(draft.amount !== null)
  const [typed, setTyped] = useState(draft.amount === null ? '' : yuanOf(draft.amount))
  const total = preview.data?.quote.total
  const amount = parseYuan(typed)
  const wrong = typed !== '' && (amount === null || amount === 0 || (total !== undefined && amount > total.minor))
  if (preview.isError) return <Failure error={preview.error} onRetry={() => void preview.refetch()} />
  return (
    <>
      <Question lead={t('amount.lead')}>{t('amount.question')}</Question>
      <RadioCards
        legend={t('amount.question')}
        hideLegend
        value={part ? 'part' : 'all'}
        options={[
          { value: 'all', label: t('amount.all'), after: total && <b className="figures">{formatMoney(total)}</b> },
          { value: 'part', label: t('amount.part'), note: t('amount.partNote') },
        ]}
        onChange={(value) => {
          setPart(value === 'part')
          change({ amount: value === 'part' && !wrong ? amount : null })
        }}
      />
      {part && (
        <TextField
          label={t('amount.label')}
          before="¥"
          inputMode="decimal"
          autoComplete="off"
          autoFocus
          value={typed}
          error={wrong ? t('amount.wrong', { most: total ? formatMoney(total) : '' }) : undefined}
          hint={total && t('amount.most', { most: formatMoney(total) })}
          onChange={(event) => {
            setTyped(event.target.value)
            const next = parseYuan(event.target.value)
            change({ amount: next !== null && next > 0 && (total === undefined || next <= total.minor) ? next : null })
          }}
        />
      )}
    </>
  )
}
