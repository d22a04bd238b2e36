import { Button } from 'antd'
import { useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { formatAgo, formatMoment, serverNow } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { Once } from '@/ui/Once'
import { Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { type MadeToken, revokeToken, rotateToken, type Token, useTokens } from '../api/tokens'
import { useText } from '../messages'
import { NewToken } from './NewToken'
import css from './tokens.module.css'

/** One's keys for programs, as a part of a page: list, a new one, another secret, the end of one. */
export function Tokens() {
  const say = useText()
  const all = useTokens()
  const [creating, setCreating] = useState(false)
  const [made, setMade] = useState<MadeToken | null>(null)
  const arrived = (token: MadeToken) => {
    setCreating(false)
    setMade(token)
    void all.refetch()
  }
  return (
    <Section
      title={say('tokens.title')}
      text={say('tokens.text')}
      actions={
        <Button type="primary" onClick={() => setCreating(true)}>
          {say('tokens.create')}
        </Button>
      }
    >
      {all.isPending && <Loading rows={4} />}
      {all.isError && !all.data && <Failure error={all.error} retry={() => void all.refetch()} />}
      {all.data?.length === 0 && <Empty title={say('tokens.none')} text={say('tokens.noneText')} />}
      {all.data && all.data.length > 0 && (
        <ItemList>
          {all.data.map((one) => (
            <Line key={one.id} one={one} onMade={arrived} onRevoked={() => void all.refetch()} />
          ))}
        </ItemList>
      )}
      {creating && <NewToken onClose={() => setCreating(false)} onMade={arrived} />}
      {made && (
        <Once
          title={say('tokens.made')}
          text={say('tokens.madeText')}
          words={made.token}
          onClose={() => setMade(null)}
        />
      )}
    </Section>
  )
}

interface LineProps {
  one: Token
  onMade: (made: MadeToken) => void
  onRevoked: () => void
}

function Line({ one, onMade, onRevoked }: LineProps) {
  const say = useText()
  const [sure, setSure] = useState(false)
  const rotate = useCommand({
    send: (id: string, key) => rotateToken(id, key, { title: say('tokens.rotateAbout', { name: one.name }) }),
    onDone: onMade,
  })
  const revoke = useCommand({
    send: () => revokeToken(one.id),
    onDone: () => {
      setSure(false)
      onRevoked()
    },
  })
  const expired = new Date(one.expires_at).getTime() <= serverNow()
  const over = one.revoked_at !== undefined || expired
  return (
    <Item
      off={over}
      name={
        <>
          {one.name}
          <StatusTag tone={over ? 'quiet' : 'good'}>
            {say(one.revoked_at ? 'tokens.revoked' : expired ? 'tokens.expired' : 'tokens.active')}
          </StatusTag>
        </>
      }
      tools={
        !over && (
          <>
            <Button loading={rotate.busy} onClick={() => void rotate.run(one.id)}>
              {say('tokens.rotate')}
            </Button>
            <Button danger onClick={() => setSure(true)}>
              {say('tokens.revoke')}
            </Button>
          </>
        )
      }
      below={
        <>
          <Wrong error={rotate.error} />
          {sure && (
            <Dialog
              title={say('tokens.revokeTitle', { name: one.name })}
              onClose={() => setSure(false)}
              closeLabel={say('tokens.cancel')}
              footer={
                <>
                  <Button onClick={() => setSure(false)}>{say('tokens.cancel')}</Button>
                  <Button danger type="primary" loading={revoke.busy} onClick={() => void revoke.run()}>
                    {say('tokens.revoke')}
                  </Button>
                </>
              }
            >
              <p>{say('tokens.revokeText')}</p>
              <Wrong error={revoke.error} />
            </Dialog>
          )}
        </>
      }
    >
      <p>
        {say('tokens.until', { at: formatMoment(one.expires_at) })} ·{' '}
        {one.used_at ? say('tokens.used', { at: formatAgo(one.used_at) }) : say('tokens.never')}
      </p>
      <details className={css.scopes}>
        <summary>{say('tokens.scopes', { count: one.scopes.length })}</summary>
        <code>{one.scopes.join('  ')}</code>
      </details>
    </Item>
  )
}
