import { Checkbox, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { changeWebhook, createWebhook, type Made, useRefresh, type Webhook } from '../api/webhooks'
import { useText } from '../messages'
import { soundAddress } from '../model/webhooks'
import css from './webhooks.module.css'
import { topicName } from './words'

interface Props {
  /** Absent: a new one. */
  one: Webhook | undefined
  topics: readonly string[]
  onMade: (made: Made) => void
  onClose: () => void
}

interface Content {
  name: string
  url: string
  topics: string[]
}

/** Where another program is told, and of what. */
export function WebhookPanel({ one, topics, onMade, onClose }: Props) {
  const say = useText()
  const refresh = useRefresh()
  const [content, setContent] = useState<Content>(
    one ? { name: one.name, url: one.url, topics: one.topics } : { name: '', url: 'https://', topics: [] },
  )
  const [tried, setTried] = useState(false)
  const { run, busy, error } = useCommand<Content, Made | Webhook>({
    send: (body, key) => {
      const facts: [string, string][] = [
        [say('name'), body.name],
        [say('url'), body.url],
        [say('topics'), body.topics.map((topic) => topicName(topic, say)).join(' · ')],
      ]
      return one
        ? changeWebhook(one.id, { ...body, revision: one.revision }, key, { title: say('editAbout'), facts })
        : createWebhook(body, key, { title: say('createAbout'), facts })
    },
    onDone: (result) => {
      refresh()
      if ('secret' in result) onMade(result)
      else onClose()
    },
  })
  const put = (part: Partial<Content>) => setContent({ ...content, ...part })
  const wrong = (name: keyof Content) => (isProblem(error) ? error.field(name) : undefined)
  const sound = soundAddress(content.url)
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    const name = content.name.trim()
    if (name && sound && content.topics.length > 0)
      void run({ name, url: content.url.trim(), topics: topics.filter((topic) => content.topics.includes(topic)) })
  }
  const title = say(one ? 'edit' : 'create')
  return (
    <SidePanel title={title} label={title} onClose={onClose}>
      <Section title={title} text={say('panelText')}>
        <form className={form.form} onSubmit={onSubmit} noValidate>
          <Field label={say('name')} error={tried && !content.name.trim() ? say('needed') : wrong('name')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={100}
                autoComplete="off"
                value={content.name}
                onChange={(event) => put({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={say('url')} hint={say('urlHint')} error={tried && !sound ? say('urlWrong') : wrong('url')}>
            {(control) => (
              <Input
                {...control}
                type="url"
                inputMode="url"
                maxLength={500}
                autoComplete="off"
                value={content.url}
                onChange={(event) => put({ url: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={say('topics')}
            hint={say('topicsHint')}
            error={tried && content.topics.length === 0 ? say('needed') : wrong('topics')}
          >
            {({ id, ...control }) => (
              <Checkbox.Group
                {...control}
                className={css.topics ?? ''}
                value={content.topics}
                onChange={(next) => put({ topics: next })}
                options={topics.map((topic, n) => ({
                  value: topic,
                  label: topicName(topic, say),
                  ...(n === 0 ? { id } : {}),
                }))}
              />
            )}
          </Field>
          <FormFoot error={error} busy={busy} submit={say('save')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
