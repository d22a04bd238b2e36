import { Button, Select } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { api, take } from '@/shared/api'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import type { Case } from '../api/case'
import { useRefresh } from '../api/commands'
import { useText } from '../messages'
import { canDo } from '../model/actions'
import css from './case.module.css'

/** Whose business a case is on the platform's side: take it, give it to somebody, put it back. */
export function Desk({ one }: { one: Case }) {
  const say = useText()
  const me = useMe()
  const refresh = useRefresh(one)
  const taking = useCommand({
    send: (_: undefined, key: string) =>
      take(
        api.POST('/v1/cases/{id}/take', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': key } },
          body: {},
        }),
      ),
    onDone: () => void refresh(),
  })
  const mine = one.agent_id === me.id
  return (
    <div className={css.desk}>
      <span>
        {one.agent_id ? (mine ? say('desk.mine') : say('desk.of', { who: one.agent_id })) : say('desk.nobody')}
      </span>
      {canDo(one, 'take') && (
        <Button size="small" loading={taking.busy} onClick={() => void taking.run(undefined)}>
          {say('desk.take')}
        </Button>
      )}
      {canDo(one, 'assign') && <Assign one={one} />}
      <Wrong error={taking.error} />
    </div>
  )
}

function Assign({ one }: { one: Case }) {
  const say = useText()
  const refresh = useRefresh(one)
  const [open, setOpen] = useState(false)
  const agents = useQuery({
    queryKey: ['staff', 'agents', one.team_id],
    enabled: open,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/staff', {
            params: {
              query: { role: 'agent', status: 'active', limit: 100, ...(one.team_id ? { team_id: one.team_id } : {}) },
            },
            signal,
          }),
        )
      ).items,
  })
  const { run, busy, error } = useCommand<string>({
    send: (agent, key) =>
      take(
        api.POST('/v1/cases/{id}/assign', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': key } },
          body: agent ? { agent_id: agent } : {},
        }),
      ),
    onDone: () => void refresh(),
  })
  return (
    <>
      <Select
        size="small"
        aria-label={say('desk.assign')}
        className={css.assign ?? ''}
        placeholder={say('desk.assign')}
        value={one.agent_id ?? null}
        loading={busy || agents.isFetching}
        onOpenChange={setOpen}
        onChange={(agent: string) => void run(agent)}
        options={[
          { value: '', label: say('desk.back') },
          ...(agents.data ?? (one.agent_id ? [{ id: one.agent_id, name: one.agent_id, login: '' }] : [])).map(
            (agent) => ({
              value: agent.id,
              label: agent.name ?? agent.login ?? agent.id,
            }),
          ),
        ]}
      />
      <Wrong error={error} />
    </>
  )
}
