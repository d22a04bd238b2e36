import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useRef, useState } from 'react'
import { isProblem } from '@/shared/api'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { type Canned, changeCanned, keepCanned, useRefresh } from '../api/service'
import { useText } from '../messages'
import css from './service.module.css'

const variables = ['customer.name', 'agent.name', 'shop.name', 'case.id', 'order.id'] as const

interface Props {
  /** Absent: a new one. */
  one: Canned | undefined
  scopes: readonly Canned['scope'][]
  onClose: () => void
}

interface Content {
  scope: Canned['scope']
  shortcut: string
  title: string
  text: string
}

/** Writes a canned reply: what is typed after the slash, and what comes in its place. */
export function CannedPanel({ one, scopes, onClose }: Props) {
  const say = useText()
  const refresh = useRefresh('canned')
  const field = useRef<HTMLTextAreaElement | null>(null)
  const [content, setContent] = useState<Content>(
    one ?? { scope: scopes.at(-1) ?? 'own', shortcut: '', title: '', text: '' },
  )
  const [tried, setTried] = useState(false)
  const { run, busy, error } = useCommand<Content>({
    send: ({ scope, ...text }) => (one ? changeCanned(one.id, text) : keepCanned({ scope, ...text })),
    onDone: () => {
      refresh()
      onClose()
    },
  })
  const put = (part: Partial<Content>) => setContent({ ...content, ...part })
  const lacks = (name: 'shortcut' | 'title' | 'text') =>
    tried && content[name].trim() === '' ? say('needed') : isProblem(error) ? error.field(name) : undefined
  const insert = (name: string) => {
    const words = `{{${name}}}`
    const [from, to] = [field.current?.selectionStart, field.current?.selectionEnd]
    const { text } = content
    put({ text: text.slice(0, from ?? text.length) + words + text.slice(to ?? text.length) })
    field.current?.focus()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    const { scope, shortcut, title, text } = content
    if (shortcut.trim() && title.trim() && text.trim())
      void run({ scope, shortcut: shortcut.trim(), title: title.trim(), text: text.trim() })
  }
  const title = say(one ? 'canned.edit' : 'canned.new')
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <Section title={title}>
        <form className={form.form} onSubmit={onSubmit} noValidate>
          {!one && scopes.length > 1 && (
            <Field label={say('canned.scope')}>
              {(control) => (
                <Select
                  {...control}
                  value={content.scope}
                  onChange={(scope) => put({ scope })}
                  options={scopes.map((value) => ({ value, label: say(`canned.scopeOf.${value}`) }))}
                />
              )}
            </Field>
          )}
          <Field label={say('canned.shortcut')} hint={say('canned.shortcutHint')} error={lacks('shortcut')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                prefix="/"
                maxLength={20}
                autoComplete="off"
                value={content.shortcut}
                onChange={(event) => put({ shortcut: event.target.value })}
              />
            )}
          </Field>
          <Field label={say('canned.name')} error={lacks('title')}>
            {(control) => (
              <Input
                {...control}
                maxLength={50}
                autoComplete="off"
                value={content.title}
                onChange={(event) => put({ title: event.target.value })}
              />
            )}
          </Field>
          <Field label={say('canned.words')} hint={say('canned.wordsHint')} error={lacks('text')}>
            {(control) => (
              <Input.TextArea
                {...control}
                rows={7}
                maxLength={4000}
                value={content.text}
                ref={(area) => {
                  field.current = area?.resizableTextArea?.textArea ?? null
                }}
                onChange={(event) => put({ text: event.target.value })}
              />
            )}
          </Field>
          <div className={css.variables} role="group" aria-label={say('canned.variables')}>
            {variables.map((name) => (
              <Button key={name} size="small" onClick={() => insert(name)}>
                {say(`canned.variable.${name.replace('.', '_') as 'case_id'}`)}
              </Button>
            ))}
          </div>
          <FormFoot error={error} busy={busy} submit={say('save')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
