import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { passkeysWork } from '@/shared/passkey'
import { formatMoment } from '@/shared/time'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import {
  addPasskey,
  type Added,
  type AppEnrolment,
  beginApp,
  type Factor,
  factors,
  removeFactor,
  renewCodes,
} from '../api/factors'
import { useText } from '../messages'
import { AddApp } from './AddApp'
import css from './List.module.css'
import { RecoveryCodes } from './RecoveryCodes'

/** One's second factors: what there is, one more, one less, new recovery codes. */
export function Factors() {
  const say = useText()
  const errorText = useErrorText()
  const all = useQuery({ queryKey: ['factors'], queryFn: factors })
  const [app, setApp] = useState<AppEnrolment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const added = (it: Added) => {
    setApp(null)
    if (it.recovery_codes && it.recovery_codes.length > 0) setCodes(it.recovery_codes)
    void all.refetch()
  }
  const newApp = useCommand({
    send: () => beginApp(say('account.totp'), { title: say('account.addApp') }),
    onDone: setApp,
  })
  const newPasskey = useCommand({
    send: () => addPasskey(say('enrol.passkey'), { title: say('account.addPasskey') }),
    onDone: added,
  })
  const renew = useCommand({
    send: () => renewCodes({ title: say('account.renewAbout') }),
    onDone: (fresh) => {
      setCodes(fresh)
      void all.refetch()
    },
  })
  const error = newApp.error ?? newPasskey.error ?? renew.error
  const items = all.data?.items ?? []

  return (
    <Section
      title={say('account.factors')}
      text={all.data?.compulsory ? say('account.compulsory') : undefined}
      actions={
        <>
          {passkeysWork() && (
            <Button loading={newPasskey.busy} onClick={() => void newPasskey.run()}>
              {say('account.addPasskey')}
            </Button>
          )}
          <Button loading={newApp.busy} onClick={() => void newApp.run()}>
            {say('account.addApp')}
          </Button>
        </>
      }
    >
      {all.isPending && <Loading rows={2} />}
      {all.isError && <Failure error={all.error} retry={() => void all.refetch()} />}
      {all.data && items.length === 0 && <p className={css.none}>{say('account.none')}</p>}
      <ul className={css.list}>
        {items.map((one) => (
          <Item key={one.id} one={one} onRemoved={() => void all.refetch()} />
        ))}
      </ul>
      {error !== null && (
        <p role="alert" className={css.error}>
          {errorText(error)}
        </p>
      )}
      {items.length > 0 && (
        <div className={css.foot}>
          <span>{say('account.codesLeft', { count: all.data?.recovery_codes ?? 0 })}</span>
          <Button size="small" loading={renew.busy} onClick={() => void renew.run()}>
            {say('account.renew')}
          </Button>
        </div>
      )}
      {app && (
        <Dialog title={say('account.addApp')} onClose={() => setApp(null)} closeLabel={say('again.leave')}>
          <AddApp begun={app} onAdded={added} />
        </Dialog>
      )}
      {codes && (
        <Dialog firm title={say('codes.title')} onClose={() => setCodes(null)} closeLabel={say('codes.go')}>
          <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />
        </Dialog>
      )}
    </Section>
  )
}

function Item({ one, onRemoved }: { one: Factor; onRemoved: () => void }) {
  const say = useText()
  const errorText = useErrorText()
  const kind = say(one.kind === 'totp' ? 'account.totp' : 'enrol.passkey')
  const remove = useCommand({
    send: () => removeFactor(one.id, { title: say('account.removeAbout', { name: one.label || kind }) }),
    onDone: onRemoved,
  })
  return (
    <li className={css.item}>
      <div className={css.words}>
        <p className={css.name}>{one.label || kind}</p>
        <p className={css.about}>
          {[
            ...(one.label && one.label !== kind ? [kind] : []),
            say('account.added', { at: formatMoment(one.created_at) }),
            one.used_at ? say('account.used', { at: formatMoment(one.used_at) }) : say('account.neverUsed'),
          ].join(' · ')}
        </p>
      </div>
      <Button size="small" danger loading={remove.busy} onClick={() => void remove.run()}>
        {say('account.remove')}
      </Button>
      {remove.error !== null && (
        <p role="alert" className={css.error}>
          {errorText(remove.error)}
        </p>
      )}
    </li>
  )
}
