import { parseYuan, yuanOf } from '@/shared/money'
import type { OwnRule, OwnRules } from '../api/shop'

/** A rule of the shop's as it is filled in. */
export interface RuleDraft {
  name: string
  kinds: readonly string[]
  reasons: readonly string[]
  below: string
  give: 'agreement' | 'advance'
  enabled: boolean
}

type Bounds = OwnRules['bounds']

/** A name that no rule has yet. */
export function freeName(rules: readonly Pick<OwnRule, 'name'>[]): string {
  for (let n = 1; ; n++) if (!rules.some(({ name }) => name === `own_${n}`)) return `own_${n}`
}

export const draftOf = (rule: OwnRule | undefined, rules: readonly OwnRule[], bounds: Bounds): RuleDraft => ({
  name: rule?.name ?? freeName(rules),
  kinds: rule?.kinds ?? [],
  reasons: rule?.reasons ?? [],
  below: rule ? yuanOf(rule.below.minor) : bounds.below.minor > 0 ? yuanOf(Math.min(bounds.below.minor, 10_000)) : '',
  give: rule?.give ?? 'agreement',
  enabled: rule?.enabled ?? true,
})

export type RuleLack = 'name' | 'twice' | 'below' | 'beyond'

/** What is wrong with a draft. Above the platform's bound a rule would do nothing, so it is not kept. */
export function lackOf(
  draft: RuleDraft,
  others: readonly Pick<OwnRule, 'name'>[],
  bounds: Bounds,
): RuleLack | undefined {
  const below = parseYuan(draft.below)
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(draft.name)) return 'name'
  if (others.some(({ name }) => name === draft.name)) return 'twice'
  if (!below) return 'below'
  return below > bounds.below.minor ? 'beyond' : undefined
}

/** The rule that is kept of a draft; no kinds and no reasons stand for all of them. */
export const ruleOf = (draft: RuleDraft): OwnRule => ({
  name: draft.name,
  ...(draft.kinds.length > 0 ? { kinds: [...draft.kinds] } : {}),
  ...(draft.reasons.length > 0 ? { reasons: [...draft.reasons] } : {}),
  below: { minor: parseYuan(draft.below) ?? 0, currency: 'CNY' },
  give: draft.give,
  enabled: draft.enabled,
})

/** The rules without who set them, as they are sent back. */
export const plain = (rules: readonly OwnRule[]): readonly OwnRule[] =>
  rules.map(({ name, kinds, reasons, below, give, enabled }) => ({
    name,
    ...(kinds && kinds.length > 0 ? { kinds } : {}),
    ...(reasons && reasons.length > 0 ? { reasons } : {}),
    below,
    ...(give ? { give } : {}),
    enabled,
  }))

/** The rules with one moved by one place; the first that fits counts, so their order matters. */
export function moved(rules: readonly OwnRule[], at: number, by: -1 | 1): readonly OwnRule[] {
  const next = [...rules]
  const [one] = next.splice(at, 1)
  if (one) next.splice(at + by, 0, one)
  return next
}

export interface RuleChange {
  what: 'added' | 'removed' | 'changed' | 'moved'
  name: string
}

/** What became of the rules, rule by rule; their order counts, so a new one is told, too. */
export function changesOf(before: readonly OwnRule[], now: readonly OwnRule[]): readonly RuleChange[] {
  const content = (rules: readonly OwnRule[]) => new Map(plain(rules).map((rule) => [rule.name, JSON.stringify(rule)]))
  const [was, is] = [content(before), content(now)]
  const added = [...is.keys()].filter((name) => !was.has(name))
  const removed = [...was.keys()].filter((name) => !is.has(name))
  const changed = [...is].filter(([name, rule]) => was.has(name) && was.get(name) !== rule).map(([name]) => name)
  const stayed = (names: Iterable<string>, others: ReadonlyMap<string, string>) =>
    [...names].filter((name) => others.has(name))
  const [order, newOrder] = [stayed(was.keys(), is), stayed(is.keys(), was)]
  const swapped = newOrder.filter((name, at) => order[at] !== name && !changed.includes(name))
  return [
    ...added.map((name) => ({ what: 'added' as const, name })),
    ...removed.map((name) => ({ what: 'removed' as const, name })),
    ...changed.map((name) => ({ what: 'changed' as const, name })),
    ...swapped.map((name) => ({ what: 'moved' as const, name })),
  ]
}

/** Whether a rule can do anything at all within the platform's bounds. */
export const idle = (rule: OwnRule, bounds: Bounds): boolean =>
  bounds.kinds.length === 0 ||
  (rule.kinds !== undefined && rule.kinds.length > 0 && !rule.kinds.some((kind) => bounds.kinds.includes(kind)))
