import { Button } from 'antd'
import { isProblem } from '@/shared/api'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { activate, type Pack, type PackRef, useRefreshPacks } from '../api/packs'
import { useText } from '../messages'
import { short } from '../model/packs'
import css from './packs.module.css'

interface Props {
  pack: PackRef
  /** What it is called, and its hash. */
  name: string
  hash: string
  /** The pack that is active as the person sees it. */
  active: Pack
  onDone: (pack: Pack) => void
}

/** Lets new cases get a pack. If a colleague was faster, the page shows what is active now, and it is decided anew. */
export function Activate({ pack, name, hash, active, onDone }: Props) {
  const say = useText()
  const refresh = useRefreshPacks()
  const { run, busy, error } = useCommand({
    send: async (body: { pack: PackRef; instead_of: string }, key) => {
      try {
        return await activate(body, key, {
          title: say('activate.about'),
          facts: [
            [say('activate.new'), `${name} · ${short(hash)}`],
            [say('activate.old'), `${active.name} ${active.version} · ${short(active.hash)}`],
          ],
        })
      } catch (failure) {
        if (isProblem(failure, 'pack_changed')) await refresh()
        throw failure
      }
    },
    onDone: (chosen) => {
      void refresh()
      onDone(chosen)
    },
  })
  return (
    <div className={css.activate}>
      <p>{say('activate.text', { name: `${active.name} ${active.version}` })}</p>
      <Wrong error={error} />
      <Button type="primary" loading={busy} onClick={() => void run({ pack, instead_of: active.hash })}>
        {say('activate.do')}
      </Button>
    </div>
  )
}
