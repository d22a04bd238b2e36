import { Checkbox, Input, Select } from 'antd'
import { type ReactNode, type SubmitEvent, useState } from 'react'
import { AmountField, ChoiceField } from '@/features/case/parts'
import { Dialog } from '@/shared/Dialog'
import { formatMoney } from '@/shared/money'
import { useWords } from '@/shared/words'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import cell from '@/ui/list.module.css'
import { type OwnRule, type OwnRules, useReasons } from '../api/shop'
import form from '@/ui/form.module.css'
import { useText } from '../messages'
import { draftOf, lackOf, ruleOf } from '../model/rules'
import css from './merchant.module.css'

interface Props {
  /** The rule that is changed; none: a new one. */
  rule: OwnRule | undefined
  rules: readonly OwnRule[]
  bounds: OwnRules['bounds']
  busy: boolean
  error: unknown
  /** What somebody else did meanwhile; shown above the buttons. */
  meanwhile: ReactNode
  onSave: (rule: OwnRule) => void
  onClose: () => void
}

/** A rule of the shop's own, within the platform's bounds. */
export function RuleDialog({ rule, rules, bounds, busy, error, meanwhile, onSave, onClose }: Props) {
  const say = useText()
  const word = useWords()
  const [draft, setDraft] = useState(() => draftOf(rule, rules, bounds))
  const [tried, setTried] = useState(false)
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }))
  const kinds = draft.kinds.length > 0 ? draft.kinds : bounds.kinds
  const reasons = useReasons(kinds)
  const lack = lackOf(
    draft,
    rules.filter(({ name }) => name !== rule?.name),
    bounds,
  )
  const amount = formatMoney(bounds.below)
  const shown = (...of: (typeof lack)[]) =>
    lack && of.includes(lack) && (tried || lack === 'beyond') ? say(`rules.lack.${lack}`, { amount }) : undefined
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (!lack) onSave(ruleOf(draft))
  }
  return (
    <Dialog
      firm
      width={560}
      title={say(rule ? 'rules.changeTitle' : 'rules.add')}
      closeLabel={say('form.cancel')}
      onClose={onClose}
    >
      <form className={form.form} noValidate onSubmit={onSubmit}>
        <fieldset className={css.fieldset}>
          <legend>{say('rules.kinds')}</legend>
          <Checkbox.Group
            value={[...draft.kinds]}
            onChange={(next) => change({ kinds: next, reasons: [] })}
            options={bounds.kinds.map((kind) => ({ value: kind, label: word('kind', kind) }))}
          />
          <p className={cell.lesser}>{say('rules.kindsHint')}</p>
        </fieldset>
        <Field label={say('rules.reasons')} optional={say('form.optional')} hint={say('rules.reasonsHint')}>
          {(control) => (
            <Select
              {...control}
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              getPopupContainer={(node: HTMLElement) => node.parentElement ?? document.body}
              loading={reasons.isFetching}
              placeholder={say('rules.any')}
              value={[...draft.reasons]}
              onChange={(next: string[]) => change({ reasons: next })}
              options={(reasons.data ?? []).map(({ code, label }) => ({ value: code, label }))}
            />
          )}
        </Field>
        <AmountField
          label={say('rules.below')}
          hint={say('rules.belowHint', { amount })}
          value={draft.below}
          onChange={(below) => change({ below })}
          error={shown('below', 'beyond')}
        />
        <ChoiceField
          label={say('rules.give')}
          value={draft.give}
          onChange={(give) => change({ give })}
          options={[
            { value: 'agreement', label: say('rules.agreement'), hint: say('rules.agreementHint') },
            { value: 'advance', label: say('rules.advance'), hint: say('rules.advanceHint') },
          ]}
        />
        <Field label={say('rules.name')} hint={say('rules.nameHint')} error={shown('name', 'twice')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              spellCheck={false}
              maxLength={48}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        {meanwhile}
        <FormFoot error={error} busy={busy} submit={say('form.save')} onCancel={onClose} />
      </form>
    </Dialog>
  )
}
