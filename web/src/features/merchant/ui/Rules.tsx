import { useQueryClient } from '@tanstack/react-query'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Empty } from '@/ui/Empty'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { type OwnRule, type OwnRules, setRules, useReasons, useRules } from '../api/shop'
import { useText } from '../messages'
import { idle, moved, plain } from '../model/rules'
import css from './merchant.module.css'
import { RuleDialog } from './RuleDialog'

/** What the shop agrees to without being asked, in order: the first rule that fits counts. Above them what the platform lets it. */
export function Rules({ owner }: { owner: boolean }) {
  const say = useText()
  const errorText = useErrorText()
  const all = useRules()
  const queries = useQueryClient()
  const [open, setOpen] = useState<OwnRule | 'new' | null>(null)
  const { run, busy, error } = useCommand<readonly OwnRule[], OwnRules>({
    send: (rules, key) => setRules(rules, key),
    onDone: (now) => {
      queries.setQueryData(['shops', 'rules'], now)
      setOpen(null)
    },
  })
  if (!all.data)
    return all.isError ? <Failure error={all.error} retry={() => void all.refetch()} /> : <Loading rows={5} />
  const { items, bounds } = all.data
  const rules = plain(items)
  const change = (name: string, part: Partial<OwnRule>) =>
    void run(rules.map((rule) => (rule.name === name ? { ...rule, ...part } : rule)))
  return (
    <Section
      title={say('rules.title')}
      text={say('rules.text')}
      actions={
        owner && (
          <Button type="primary" disabled={bounds.kinds.length === 0} onClick={() => setOpen('new')}>
            {say('rules.add')}
          </Button>
        )
      }
    >
      <Bounds bounds={bounds} />
      {items.length === 0 && <Empty title={say('rules.empty')} text={say('rules.emptyText')} />}
      <ol className={css.items}>
        {items.map((rule, at) => (
          <li key={rule.name} className={css.item} data-off={!rule.enabled || undefined}>
            <div className={css.itemWords}>
              <p className={css.itemName}>
                <Meaning rule={rule} bounds={bounds} />
              </p>
              <p className={css.quietText}>
                <code>{rule.name}</code> · {say('rules.setAt', { at: formatMoment(rule.set_at), who: rule.set_by })}
                {!rule.enabled && ` · ${say('rules.off')}`}
              </p>
              {idle(rule, bounds) && <StatusTag tone="act">{say('rules.idle')}</StatusTag>}
            </div>
            {owner && (
              <div className={css.itemTools}>
                <Switch
                  aria-label={say('rules.enabled', { name: rule.name })}
                  checked={rule.enabled}
                  disabled={busy}
                  onChange={(enabled) => change(rule.name, { enabled })}
                />
                <Button
                  size="small"
                  aria-label={say('rules.up', { name: rule.name })}
                  disabled={busy || at === 0}
                  onClick={() => void run(moved(rules, at, -1))}
                >
                  ↑
                </Button>
                <Button
                  size="small"
                  aria-label={say('rules.down', { name: rule.name })}
                  disabled={busy || at === items.length - 1}
                  onClick={() => void run(moved(rules, at, 1))}
                >
                  ↓
                </Button>
                <Button size="small" onClick={() => setOpen(rule)}>
                  {say('address.change')}
                </Button>
                <Button
                  size="small"
                  danger
                  disabled={busy}
                  onClick={() => void run(rules.filter(({ name }) => name !== rule.name))}
                >
                  {say('address.remove')}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ol>
      {error !== null && !open && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
      {open && (
        <RuleDialog
          rule={open === 'new' ? undefined : open}
          rules={rules}
          bounds={bounds}
          busy={busy}
          error={error}
          onSave={(rule) =>
            void run(open === 'new' ? [...rules, rule] : rules.map((one) => (one.name === open.name ? rule : one)))
          }
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  )
}

/** What the platform lets a shop give beforehand. */
function Bounds({ bounds }: { bounds: OwnRules['bounds'] }) {
  const say = useText()
  const word = useWords()
  return (
    <dl className={css.bounds}>
      <div>
        <dt>{say('rules.boundKinds')}</dt>
        <dd>
          {bounds.kinds.length > 0
            ? bounds.kinds.map((kind) => word('kind', kind)).join(say('list'))
            : say('rules.noKinds')}
        </dd>
      </div>
      <div>
        <dt>{say('rules.boundBelow')}</dt>
        <dd className="figures">{formatMoney(bounds.below)}</dd>
      </div>
    </dl>
  )
}

function Meaning({ rule, bounds }: { rule: OwnRule; bounds: OwnRules['bounds'] }) {
  const say = useText()
  const word = useWords()
  const kinds = rule.kinds && rule.kinds.length > 0 ? rule.kinds : bounds.kinds
  const reasons = useReasons(rule.reasons && rule.reasons.length > 0 ? kinds : []).data
  const named = rule.reasons?.map((code) => reasons?.find((reason) => reason.code === code)?.label ?? code)
  return say(rule.give === 'advance' ? 'rules.meansAdvance' : 'rules.means', {
    kinds: kinds.map((kind) => word('kind', kind)).join(say('list')),
    reasons:
      named && named.length > 0 ? say('rules.because', { reasons: named.join(say('list')) }) : say('rules.anyReason'),
    amount: formatMoney(rule.below),
  })
}
