import { useState } from 'react'
import { formatMoney } from '@/shared/money'
import { useText } from '../messages'
import { ProposalDiff } from '../ui/ProposalDiff'
import { CommandForm, type FormProps } from './CommandForm'
import { ChoiceField, WordsField } from './fields'

/** A decision on a proposal, bound to what was seen. A fresh factor is asked for in place; the form stays below it. */
export function DecideForm(props: FormProps & { begin?: 'approve' | 'reject' | undefined; bare?: boolean }) {
  const { one, begin, bare = false } = props
  const say = useText()
  const [verdict, setVerdict] = useState<'approve' | 'reject' | ''>(begin ?? '')
  const [words, setWords] = useState('')
  const approval = one.approval
  if (!approval) return <p>{say('decide.gone')}</p>
  const amount = formatMoney(approval.amount)
  const missing =
    verdict === ''
      ? say('form.choose')
      : verdict === 'reject' && words.trim() === ''
        ? say('decide.needWords')
        : undefined
  return (
    <>
      {!bare && <ProposalDiff one={one} approval={approval} />}
      <CommandForm
        {...props}
        name="decide"
        danger={verdict === 'reject'}
        submit={
          verdict === 'reject'
            ? say('decide.submitReject')
            : verdict === 'approve'
              ? say('decide.submitApprove', { amount })
              : props.action.label
        }
        content={{
          approval_id: approval.id,
          hash: approval.hash,
          approve: verdict === 'approve',
          ...(words.trim() ? { text: words.trim() } : {}),
        }}
        missing={missing}
        about={{
          title: verdict === 'reject' ? say('decide.reject') : say('decide.approve'),
          facts: [
            [say('fact.amount'), amount],
            [say('decide.case'), one.id],
            ...(words.trim() ? [[say('form.why'), words.trim()] as const] : []),
          ],
        }}
      >
        {(wrong) => (
          <>
            <ChoiceField
              label={say('decide.verdict')}
              row
              value={verdict}
              onChange={setVerdict}
              options={[
                { value: 'approve', label: say('decide.approve') },
                { value: 'reject', label: say('decide.reject') },
              ]}
            />
            <WordsField
              label={say('decide.words')}
              hint={say('decide.wordsHint')}
              value={words}
              onChange={setWords}
              error={wrong('text')}
              optional={verdict !== 'reject'}
            />
          </>
        )}
      </CommandForm>
    </>
  )
}
