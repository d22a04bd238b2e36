import { Dialog } from '@/shared/Dialog'
import { modKey, useShortcuts } from './keys'
import { useText } from './messages'
import css from './Shortcuts.module.css'

/** The sheet behind `?`: every key that acts on the page as it is. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const say = useText()
  const groups = new Map<string, Map<string, string>>()
  for (const { keys, label, group } of useShortcuts()) {
    const inside = groups.get(group) ?? new Map<string, string>()
    inside.set(keys, label)
    groups.set(group, inside)
  }
  return (
    <Dialog title={say('keys.title')} onClose={onClose} closeLabel={say('close')} width={groups.size > 1 ? 680 : 420}>
      <div className={css.groups}>
        {[...groups].map(([group, entries]) => (
          <section key={group}>
            {group && <h3 className={css.group}>{group}</h3>}
            <dl>
              {[...entries].map(([keys, label]) => (
                <div key={keys} className={css.line}>
                  <dt>{label}</dt>
                  <dd>
                    <Keys keys={keys} then={say('keys.then')} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

const shown: Record<string, string> = {
  mod: modKey,
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Enter: '↵',
  Escape: 'Esc',
}

export function Keys({ keys, then }: { keys: string; then: string }) {
  return keys.split(' ').map((step, index) => (
    <span key={index}>
      {index > 0 && <span className={css.then}> {then} </span>}
      {step.split('+').map((key) => (
        <kbd key={key} className={css.key}>
          {shown[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  ))
}
