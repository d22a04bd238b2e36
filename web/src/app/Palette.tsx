import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { language } from '@/shared/i18n'
import { may } from './feature'
import { features } from './features'
import { SearchIcon } from './icons'
import { useText } from './messages'
import { navOf } from './nav'
import css from './Palette.module.css'
import { useMe } from './session'
import { Keys } from './Shortcuts'

interface Choice {
  id: string
  group: string
  title: string
  hint?: string
  keys?: string
  words: string
  run: () => void
}

/** Ctrl+K: everything that can be gone to, done or found, by typing a part of its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const say = useText()
  const me = useMe()
  const navigate = useNavigate()
  const list = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const text = useDeferredValue(typed.trim())
  const go = (to: string) => void navigate({ to })

  const found = useQuery({
    queryKey: ['palette', text],
    enabled: text.length >= 3,
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const all = await Promise.allSettled(
        features.map((feature) => Promise.resolve(feature.find?.(text, me, signal) ?? [])),
      )
      return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    },
  })

  const own = useQuery({
    queryKey: ['palette', 'own'],
    staleTime: 300_000,
    queryFn: async ({ signal }) => {
      const all = await Promise.allSettled(features.map((feature) => Promise.resolve(feature.own?.(me, signal) ?? [])))
      return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    },
  })

  const still: Choice[] = [
    ...navOf(me).map((entry) => ({
      id: entry.to,
      group: say('palette.go'),
      title: entry.label[language()],
      ...(entry.letter ? { keys: `g ${entry.letter}` } : {}),
      words: Object.values(entry.label).join(' '),
      run: () => go(entry.to),
    })),
    ...features
      .flatMap((feature) => feature.commands ?? [])
      .filter((command) => may(me, command.roles))
      .map((command) => ({
        id: command.id,
        group: say('palette.commands'),
        title: command.label[language()],
        words: [...Object.values(command.label), ...(command.also ?? [])].join(' '),
        run: () => void command.run(go),
      })),
    ...(own.data ?? []).map((one) => ({
      ...one,
      group: say('palette.own'),
      words: one.title,
      run: () => go(one.to),
    })),
  ]
  const choices: Choice[] = [
    ...still.filter((choice) => matches(choice.words, text)),
    ...(found.data ?? []).map((one) => ({ ...one, group: say('palette.found'), words: '', run: () => go(one.to) })),
  ]
  const chosen = Math.min(at, choices.length - 1)

  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((chosen + step + choices.length) % Math.max(1, choices.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const choice = choices[chosen]
      if (choice) {
        onClose()
        choice.run()
      }
    }
  }

  return (
    <Dialog bare title={say('palette.open')} onClose={onClose} closeLabel={say('close')} width={600}>
      <div className={css.field}>
        <SearchIcon />
        <input
          autoFocus
          className={css.input}
          placeholder={say('palette.placeholder')}
          aria-label={say('palette.open')}
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={choices[chosen] ? `${list}-${chosen}` : undefined}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKey}
        />
      </div>
      <ul id={list} role="listbox" aria-label={say('palette.open')} className={css.list}>
        {choices.map((choice, index) => (
          <li key={choice.id} role="presentation">
            {choice.group !== choices[index - 1]?.group && (
              <div className={css.group} role="presentation">
                {choice.group}
              </div>
            )}
            <div
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              className={css.option}
              ref={(node) => {
                if (index === chosen) node?.scrollIntoView({ block: 'nearest' })
              }}
              onMouseMove={() => setAt(index)}
              onClick={() => {
                onClose()
                choice.run()
              }}
            >
              <span>{choice.title}</span>
              {choice.hint && <span className={css.hint}>{choice.hint}</span>}
              {choice.keys && (
                <span className={css.keys}>
                  <Keys keys={choice.keys} then={say('keys.then')} />
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
      {choices.length === 0 && (
        <p className={css.nothing}>{say(found.isFetching ? 'palette.searching' : 'palette.nothing')}</p>
      )}
      <p className={css.foot} aria-hidden="true">
        {say('palette.hint')}
      </p>
    </Dialog>
  )
}

/** Every word that was typed is somewhere in the name. */
const matches = (words: string, text: string) => {
  const all = words.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => all.includes(part))
}
