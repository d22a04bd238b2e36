import { useQueryClient } from '@tanstack/react-query'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import { isProblem } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { type OwnRule, type OwnRules, setRules, useReasons, useRules } from '../api/shop'
import { useText } from '../messages'
import { changesOf, idle, moved, plain } from '../model/rules'
import css from './merchant.module.css'
import { RuleDialog } from './RuleDialog'

/** What the shop agrees to without being asked, in order: the first rule that fits counts. Above them what the platform lets it. */
export function Rules({ owner }: { owner: boolean }) {
  const say = useText()
  const word = useWords()
  const all = useRules()
  const queries = useQueryClient()
  const [open, setOpen] = useState<OwnRule | 'new' | null>(null)
  const labels = useReasons(all.data?.bounds.kinds ?? []).data ?? []
  const [before, setBefore] = useState<OwnRules | null>(null) // as they were shown when somebody else changed them
  /** What a fresh factor is asked for: each rule that becomes another one, as it is and as it will be. */
  const about = (rules: readonly OwnRule[], { items, bounds }: OwnRules) => {
    const means = (list: readonly OwnRule[], name: string) => {
      const rule = list.find((one) => one.name === name)
      return rule ? `${meaning(say, word, rule, bounds, labels)}${rule.enabled ? '' : ` · ${say('rules.off')}`}` : ''
    }
    const place = (list: readonly OwnRule[], name: string) =>
      say('rules.place', { n: list.findIndex((one) => one.name === name) + 1 })
    return {
      title: say('rules.about'),
      facts: changesOf(items, rules).map(({ what, name }) => {
        const told = what === 'moved' ? place : means
        return [
          say(`rules.change.${what}`, { name }),
          [told(items, name), told(rules, name)].filter((part) => part !== '').join(' → '),
        ] as const
      }),
    }
  }
  const give = useCommand<{ rules: readonly OwnRule[]; seen: OwnRules }, OwnRules>({
    send: async ({ rules, seen }, key) => {
      try {
        return await setRules(rules, seen.revision, key, about(rules, seen))
      } catch (failure) {
        if (isProblem(failure, 'stale_revision')) {
          await all.refetch()
          setBefore((first) => first ?? seen)
        }
        throw failure
      }
    },
    onDone: (now) => {
      queries.setQueryData(['shops', 'rules'], now)
      setOpen(null)
      setBefore(null)
    },
  })
  if (!all.data)
    return all.isError ? <Failure error={all.error} retry={() => void all.refetch()} /> : <Loading rows={5} />
  const seen = all.data
  const { items, bounds } = seen
  const { busy } = give
  const stale = isProblem(give.error, 'stale_revision')
  const error = stale ? null : give.error
  const run = (rules: readonly OwnRule[]) => give.run({ rules, seen })
  const meanwhile = stale && before && <Meanwhile before={before} now={seen} />
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
      <ItemList>
        {items.map((rule, at) => (
          <Item
            key={rule.name}
            off={!rule.enabled}
            name={meaning(say, word, rule, bounds, labels)}
            tools={
              owner && (
                <>
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
                </>
              )
            }
          >
            <p>
              <code className={cell.code}>{rule.name}</code> ·{' '}
              {say('rules.setAt', { at: formatMoment(rule.set_at), who: rule.set_by })}
              {!rule.enabled && ` · ${say('rules.off')}`}
            </p>
            {idle(rule, bounds) && <StatusTag tone="act">{say('rules.idle')}</StatusTag>}
          </Item>
        ))}
      </ItemList>
      {!open && meanwhile}
      {!open && <Wrong error={error} />}
      {open && (
        <RuleDialog
          rule={open === 'new' ? undefined : open}
          rules={rules}
          bounds={bounds}
          busy={busy}
          error={error}
          meanwhile={meanwhile}
          onSave={(rule) =>
            void run(open === 'new' ? [...rules, rule] : rules.map((one) => (one.name === open.name ? rule : one)))
          }
          onClose={() => {
            setOpen(null)
            setBefore(null)
            give.clear()
          }}
        />
      )}
    </Section>
  )
}

/** What another owner did while this one was busy. */
function Meanwhile({ before, now }: { before: OwnRules; now: OwnRules }) {
  const say = useText()
  return (
    <div role="alert" className={css.meanwhile}>
      <p>{say('rules.stale')}</p>
      <ul>
        {changesOf(before.items, now.items).map(({ what, name }) => (
          <li key={`${what} ${name}`}>{say(`rules.change.${what}`, { name })}</li>
        ))}
      </ul>
    </div>
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

/** A rule as a sentence. */
function meaning(
  say: ReturnType<typeof useText>,
  word: ReturnType<typeof useWords>,
  rule: OwnRule,
  bounds: OwnRules['bounds'],
  labels: readonly { code: string; label: string }[],
): string {
  const kinds = rule.kinds && rule.kinds.length > 0 ? rule.kinds : bounds.kinds
  const named = rule.reasons?.map((code) => labels.find((reason) => reason.code === code)?.label ?? code)
  return say(rule.give === 'advance' ? 'rules.meansAdvance' : 'rules.means', {
    kinds: kinds.map((kind) => word('kind', kind)).join(say('list')),
    reasons:
      named && named.length > 0 ? say('rules.because', { reasons: named.join(say('list')) }) : say('rules.anyReason'),
    amount: formatMoney(rule.below),
  })
}
