import { Checkbox, InputNumber } from 'antd'
import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoney, parseYuan, yuanOf } from '@/shared/money'
import { useWords } from '@/shared/words'
import { EvidenceGrid } from '@/ui/EvidenceGrid'
import { Field } from '@/ui/Field'
import { earlierOf, useEvaluations, useEvidence } from '../api/case'
import { charge } from '../api/commands'
import { useText } from '../messages'
import { CommandForm, type FormProps } from './CommandForm'
import { AmountField, ChoiceField, Tick, WordsField } from './fields'
import css from './forms.module.css'
import { outcomesOf, proposalOf, type Draft, type Outcome, type Party, type RemedyKind } from '../model/proposal'

const parties: readonly Party[] = ['customer', 'merchant', 'carrier', 'platform', 'unclear']
const remedyKinds: readonly RemedyKind[] = ['apology', 'coupon', 'points', 'rectification']

/** A judgment, composed of what it rests on and what follows from it. It becomes a proposal where an approval is needed. */
export function ProposeForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const word = useWords()
  const earlier = useEvidence(earlierOf(one)).data ?? []
  const evidence = [...earlier, ...(useEvidence(one.id).data ?? [])]
  const evaluations = useEvaluations(one.id, true).data ?? []
  const most = one.complaint?.most ?? one.amount
  const claim = one.complaint?.claim.minor ? one.complaint.claim : most
  const [draft, setDraft] = useState<Draft>(() => ({
    outcome: '',
    amount: yuanOf(claim.minor),
    liability: (one.liability as Party | undefined) ?? '',
    goodsBack: false,
    rules: [],
    evidence: [],
    remedies: [],
    points: 0,
    coupon: '',
    words: '',
  }))
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const rules = [...new Set([...one.rules, ...evaluations.flatMap((each) => each.rules)])]
  const citations = [...one.citations, ...evaluations.flatMap((each) => each.citations)]
  const told = (rule: string) => citations.find((each) => each.rule === rule)?.text ?? rule
  const outcomes = outcomesOf(one)
  const minor = parseYuan(draft.amount)
  const missing =
    draft.outcome === ''
      ? say('propose.needOutcome')
      : draft.outcome === 'partial' && !minor
        ? say('form.noAmount')
        : draft.outcome === 'partial' && minor && minor > most.minor
          ? say('form.most', { amount: formatMoney(most) })
          : draft.words.trim() === ''
            ? say('propose.needWords')
            : undefined
  const pays = draft.outcome === 'refund' ? most : draft.outcome === 'partial' && minor ? charge(minor) : null
  return (
    <CommandForm
      {...props}
      name="propose"
      content={proposalOf(draft)}
      missing={missing}
      about={{
        title: say('propose.about'),
        facts: [
          [say('propose.outcome'), draft.outcome && say(`outcome.${draft.outcome}`)],
          ...(pays ? [[say('fact.amount'), formatMoney(pays)] as const] : []),
          [say('decide.case'), one.id],
        ],
      }}
      submit={pays ? say('propose.submitAmount', { amount: formatMoney(pays) }) : say('propose.submit')}
    >
      {(wrong) => (
        <>
          <div className={css.columns}>
            <ChoiceField<Outcome>
              label={say('propose.outcome')}
              value={draft.outcome}
              onChange={(outcome) => change({ outcome })}
              error={wrong('outcome')}
              options={outcomes.map((value) => ({
                value,
                label: say(`outcome.${value}`),
                hint: say(`outcomeHint.${value}`, { amount: formatMoney(most) }),
              }))}
            />
            <ChoiceField<Party>
              label={say('propose.liability')}
              value={draft.liability}
              onChange={(liability) => change({ liability })}
              error={wrong('liability')}
              options={parties.map((value) => ({ value, label: word('role', value) }))}
            />
          </div>
          {draft.outcome === 'partial' && (
            <AmountField
              label={say('propose.amount')}
              hint={say('propose.amountHint', { claim: formatMoney(claim), most: formatMoney(most) })}
              value={draft.amount}
              onChange={(amount) => change({ amount })}
              error={wrong('amount.minor')}
            />
          )}
          {(draft.outcome === 'refund' || draft.outcome === 'partial') && one.lines.length > 0 && (
            <Tick value={draft.goodsBack} onChange={(goodsBack) => change({ goodsBack })}>
              {say('propose.goods')}
            </Tick>
          )}
          {draft.outcome === 'remedy' && (
            <div className={css.columns}>
              <Ticks
                label={say('propose.remedies')}
                value={draft.remedies}
                options={remedyKinds.map((value) => ({ value, label: say(`remedy.${value}`) }))}
                onChange={(remedies) => change({ remedies })}
              />
              {draft.remedies.includes('coupon') && (
                <AmountField
                  label={say('propose.coupon')}
                  value={draft.coupon}
                  onChange={(coupon) => change({ coupon })}
                />
              )}
              {draft.remedies.includes('points') && (
                <Field label={say('propose.points')}>
                  {(control) => (
                    <InputNumber
                      {...control}
                      min={0}
                      max={1_000_000}
                      value={draft.points}
                      onChange={(points) => change({ points: points ?? 0 })}
                    />
                  )}
                </Field>
              )}
            </div>
          )}
          {rules.length > 0 && (
            <Ticks
              label={say('propose.rules')}
              value={draft.rules}
              options={rules.map((value) => ({ value, label: <span title={value}>{told(value)}</span> }))}
              onChange={(chosen) => change({ rules: chosen })}
            />
          )}
          {evidence.length > 0 && (
            <EvidenceTicks
              label={say('propose.evidence')}
              items={evidence}
              value={draft.evidence}
              onChange={(chosen) => change({ evidence: chosen })}
            />
          )}
          <WordsField
            label={say('propose.words')}
            hint={say('propose.wordsHint')}
            value={draft.words}
            onChange={(words) => change({ words })}
            error={wrong('text')}
          />
        </>
      )}
    </CommandForm>
  )
}

function Ticks<Value extends string>(props: {
  label: string
  value: readonly Value[]
  options: { value: Value; label: React.ReactNode }[]
  onChange: (value: Value[]) => void
}) {
  return (
    <fieldset className={css.choice}>
      <legend>{props.label}</legend>
      <Checkbox.Group
        className={css.row ?? ''}
        value={[...props.value]}
        options={props.options}
        onChange={(value) => props.onChange(value)}
      />
    </fieldset>
  )
}

function EvidenceTicks(props: {
  label: string
  items: readonly Schemas['Evidence'][]
  value: readonly string[]
  onChange: (value: string[]) => void
}) {
  const word = useWords()
  const say = useText()
  return (
    <fieldset className={css.choice}>
      <legend>{props.label}</legend>
      <ul className={css.pieces}>
        {props.items.map((piece, index) => (
          <li key={piece.id}>
            <EvidenceGrid items={[piece]} size="s" />
            <Checkbox
              checked={props.value.includes(piece.id)}
              disabled={piece.state === 'rejected'}
              onChange={({ target }) =>
                props.onChange(
                  target.checked ? [...props.value, piece.id] : props.value.filter((id) => id !== piece.id),
                )
              }
            >
              {say('propose.piece', { who: word('role', piece.by), n: index + 1 })}
            </Checkbox>
          </li>
        ))}
      </ul>
    </fieldset>
  )
}
