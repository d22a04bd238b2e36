import { Button, Select } from 'antd'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import {
  AmountField,
  ChoiceField,
  charge,
  CommandForm,
  FilesField,
  type FormProps,
  Tick,
  WordsField,
} from '@/features/case/parts'
import { formatMoney, parseYuan, yuanOf } from '@/shared/money'
import { useUploads } from '@/shared/upload'
import { Field } from '@/ui/Field'
import { useAddresses } from '../api/shop'
import { useText } from '../messages'
import { type AnswerDraft, answerOf, emptyAnswer, goodsCome, missingOf, mostOf, refusals } from '../model/answer'
import { placeText } from '../model/place'
import css from './forms.module.css'

/** Shares of what is at stake that an offer begins with at a press. */
const shares = [30, 50, 80] as const

/** The shop's answer to a request: agree, refuse, another amount, or a question. */
export default function AnswerForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const files = useUploads()
  const [draft, setDraft] = useState<AnswerDraft>(emptyAnswer)
  const change = (part: Partial<AnswerDraft>) => setDraft((before) => ({ ...before, ...part }))
  const { decision } = draft
  const most = mostOf(one)
  const offered = parseYuan(draft.amount)
  const missing = missingOf(draft, most)
  const amount = formatMoney(one.amount)
  const refunds = one.kind === 'return' || one.kind === 'refund_only'
  const standard = (code: string) => (code ? say(`refusal.${code as (typeof refusals)[number]}Words`) : '')
  return (
    <CommandForm
      {...props}
      name="merchant_answer"
      content={answerOf(draft, files.sent)}
      missing={
        files.busy && decision === 'refuse'
          ? say('form.sending')
          : missing && say(`answer.missing.${missing}`, { most: formatMoney(charge(most)) })
      }
      danger={decision === 'refuse'}
      submit={
        decision === 'agree'
          ? refunds
            ? say(draft.keepGoods || !goodsCome(one) ? 'answer.submitRefund' : 'answer.submitReturn', { amount })
            : say('answer.submitAgree', { kind: one.words.kind })
          : decision === 'offer' && offered
            ? say('answer.submitOffer', { amount: formatMoney(charge(offered)) })
            : decision === ''
              ? undefined
              : say(`answer.submit.${decision}`)
      }
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('answer.how', { amount })}
            value={decision}
            onChange={(next) => change({ decision: next })}
            options={(['agree', 'refuse', 'offer', 'ask'] as const).map((value) => ({
              value,
              label: say(`answer.${value}`),
              hint:
                value === 'agree'
                  ? say(`answer.agreeHint.${agreeing(one.kind)}`, { amount })
                  : say(`answer.${value}Hint`),
            }))}
          />
          {decision === 'agree' && goodsCome(one) && !draft.keepGoods && (
            <AddressField value={draft.address} onChange={(address) => change({ address })} />
          )}
          {decision === 'agree' && one.kind === 'return' && (
            <Tick value={draft.keepGoods} onChange={(keepGoods) => change({ keepGoods })}>
              {say('answer.keepGoods')}
            </Tick>
          )}
          {decision === 'refuse' && (
            <>
              <Field label={say('answer.reason')} error={wrong('reason_code')}>
                {(control) => (
                  <Select
                    {...control}
                    value={draft.reason || null}
                    placeholder={say('form.choose')}
                    onChange={(reason: string) =>
                      change({
                        reason,
                        ...(draft.words === '' || draft.words === standard(draft.reason)
                          ? { words: standard(reason) }
                          : {}),
                      })
                    }
                    options={refusals.map((value) => ({ value, label: say(`refusal.${value}`) }))}
                  />
                )}
              </Field>
              <FilesField label={say('answer.proof')} hint={say('answer.proofHint')} files={files} />
            </>
          )}
          {decision === 'offer' && (
            <>
              <AmountField
                label={say('answer.amount')}
                hint={most > 0 && say('form.most', { amount: formatMoney(charge(most)) })}
                value={draft.amount}
                onChange={(typed) => change({ amount: typed })}
                error={wrong('amount.minor') ?? wrong('amount')}
              />
              {most > 0 && (
                <div className={css.shares}>
                  {shares.map((share) => (
                    <Button
                      key={share}
                      size="small"
                      onClick={() => change({ amount: yuanOf(Math.floor((most * share) / 100)) })}
                    >
                      {share}%
                    </Button>
                  ))}
                </div>
              )}
            </>
          )}
          {decision === 'ask' && (
            <ChoiceField
              label={say('answer.askFor')}
              row
              value={draft.askFor}
              onChange={(askFor) => change({ askFor })}
              options={[
                { value: 'evidence', label: say('answer.askEvidence') },
                { value: 'description', label: say('answer.askDescription') },
              ]}
            />
          )}
          {decision !== '' && (
            <WordsField
              label={say('answer.words')}
              hint={say('answer.wordsHint')}
              value={draft.words}
              onChange={(words) => change({ words })}
              error={wrong('text')}
              optional={decision === 'agree' || decision === 'offer'}
            />
          )}
        </>
      )}
    </CommandForm>
  )
}

const agreeing = (kind: string) =>
  kind === 'return' || kind === 'refund_only' || kind === 'exchange' || kind === 'repair' ? kind : 'other'

/** Where the goods are to be sent: the default, or another of the shop's addresses. */
function AddressField({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const say = useText()
  const { data } = useAddresses()
  if (!data) return null
  const standard = data.find((one) => one.default) ?? data[0]
  if (!standard)
    return (
      <p className={css.caution} role="alert">
        {say('answer.noAddress')} <Link to="/shop/settings">{say('answer.toAddresses')}</Link>
      </p>
    )
  return (
    <Field label={say('answer.address')}>
      {(control) => (
        <Select
          {...control}
          value={value || standard.id}
          onChange={(id: string) => onChange(id === standard.id ? '' : id)}
          options={data.map((one) => ({
            value: one.id,
            label: placeText(one.place) + (one.default ? ` · ${say('address.default')}` : ''),
          }))}
        />
      )}
    </Field>
  )
}
