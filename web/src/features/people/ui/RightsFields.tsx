import { Checkbox, Input, Select } from 'antd'
import { useWords } from '@/shared/words'
import { Field } from '@/ui/Field'
import { useShopPages, useTeams } from '../api/people'
import { useText } from '../messages'
import { decides, type Draft, type Missing, onTeam, type Role, roles } from '../model/rights'

interface Props {
  draft: Draft
  onChange: (draft: Draft) => void
  missing: readonly Missing[]
  /** Inviting chooses the shop; later it stays. Those of a shop stay there. */
  inviting?: boolean
  wrong: (field: string) => string | undefined
}

/** Role, team, limit, shop: only what goes with the role is there to fill in. */
export function RightsFields({ draft, onChange, missing, inviting = false, wrong }: Props) {
  const say = useText()
  const word = useWords()
  const teams = useTeams()
  const shops = useShopPages()
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part })
  const able = inviting ? roles : roles.filter((role) => (role === 'merchant') === (draft.role === 'merchant'))
  const many = shops.hasNextPage
  return (
    <>
      <Field label={say('column.role')} hint={say(`roleText.${draft.role}`)} error={wrong('role')}>
        {(control) => (
          <Select
            {...control}
            value={draft.role}
            onChange={(role: Role) => set({ role })}
            options={able.map((role) => ({ value: role, label: word('role', role) }))}
          />
        )}
      </Field>
      {draft.role === 'merchant' && inviting && (
        <Field label={say('shop')} error={missing.includes('shop') ? say('missing.shop') : wrong('merchant_id')}>
          {(control) => (
            <Select
              {...control}
              showSearch={{ optionFilterProp: 'label' }}
              value={draft.shop || null}
              onChange={(shop: string) => set({ shop })}
              onPopupScroll={() => many && !shops.isFetchingNextPage && void shops.fetchNextPage()}
              options={(shops.data?.pages.flatMap((page) => page.items) ?? []).map((shop) => ({
                value: shop.id,
                label: `${shop.name} · ${shop.id}`,
              }))}
            />
          )}
        </Field>
      )}
      {draft.role === 'merchant' && (
        <Checkbox checked={draft.owner} onChange={(event) => set({ owner: event.target.checked })}>
          {say('ownerLong')}
        </Checkbox>
      )}
      {onTeam(draft.role) && (
        <Field label={say('team')} error={wrong('team_id')}>
          {(control) => (
            <Select
              {...control}
              value={draft.team}
              onChange={(team: string) => set({ team })}
              options={[
                { value: '', label: say('noTeam') },
                ...(teams.data ?? []).map((team) => ({ value: team.id, label: team.name })),
              ]}
            />
          )}
        </Field>
      )}
      {decides(draft.role) && (
        <Field
          label={say('limit')}
          hint={say('limitHint')}
          error={missing.includes('limit') ? say('missing.limit') : (wrong('limit.minor') ?? wrong('limit'))}
        >
          {(control) => (
            <Input
              {...control}
              prefix="¥"
              inputMode="decimal"
              autoComplete="off"
              className="figures"
              value={draft.limit}
              onChange={(event) => set({ limit: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}
