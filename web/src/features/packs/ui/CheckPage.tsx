import { useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { Field } from '@/ui/Field'
import { Page, Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { checkPack, type PackCheck, usePacks } from '../api/packs'
import { useText } from '../messages'
import { draft, refused, short } from '../model/packs'
import { Activate } from './Activate'
import { Differences } from './Differences'
import css from './packs.module.css'
import { WhatIf } from './WhatIf'
import { Yaml } from './Yaml'

/** A pack that is not stored yet: written or uploaded, checked, compared, tried on past cases, made active. */
export default function CheckPage() {
  const say = useText()
  const navigate = useNavigate()
  const [content, setContent] = useState(draft.read)
  const [wrongFile, setWrongFile] = useState<string>()
  const [checked, setChecked] = useState<{ content: string; found: PackCheck } | null>(null)
  const [at, setAt] = useState<number>()
  const file = useRef<HTMLInputElement>(null)
  const active = usePacks().data?.pages[0]?.active
  const { run, busy, error, clear } = useCommand({
    send: checkPack,
    onDone: (found) => {
      setChecked({ content, found })
      setAt(undefined)
    },
  })
  const type = (text: string) => {
    setContent(text)
    draft.write(text)
    clear()
  }
  const load = async (chosen: File | undefined) => {
    if (!chosen) return
    const why = refused(chosen)
    setWrongFile(why ? say(`check.${why}`) : undefined)
    if (!why) type(await chosen.text())
  }
  const found = checked?.content === content ? checked.found : null

  return (
    <Page
      title={say('check.title')}
      actions={<Button onClick={() => void navigate({ to: '/packs' } as never)}>{say('back')}</Button>}
    >
      <Section title={say('check.text')} text={say('check.hint')}>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (content.trim()) void run(content)
          }}
        >
          <div
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault()
              void load(event.dataTransfer.files[0])
            }}
          >
            <Field label={say('yaml')} error={wrongFile}>
              {(control) => (
                <Input.TextArea
                  {...control}
                  className={css.editor ?? ''}
                  autoSize={{ minRows: 8, maxRows: 22 }}
                  spellCheck={false}
                  placeholder={say('check.placeholder')}
                  value={content}
                  onChange={(event) => type(event.target.value)}
                />
              )}
            </Field>
          </div>
          <div className={css.tools}>
            <Button type="primary" htmlType="submit" loading={busy} disabled={!content.trim()}>
              {say('check.do')}
            </Button>
            <Button onClick={() => file.current?.click()}>{say('check.upload')}</Button>
            <input
              ref={file}
              type="file"
              hidden
              accept=".yaml,.yml,.txt"
              onChange={(event) => {
                void load(event.target.files?.[0])
                event.target.value = ''
              }}
            />
            {content && (
              <Button
                type="link"
                onClick={() => {
                  type('')
                  setChecked(null)
                }}
              >
                {say('check.empty')}
              </Button>
            )}
          </div>
          <Wrong error={error} />
        </form>
      </Section>
      {found && !found.ok && (
        <Section title={say('check.problems', { count: found.problems.length })}>
          <ol className={css.problems}>
            {found.problems.map((one, index) => (
              <li key={index}>
                <button type="button" onClick={() => setAt(one.line)}>
                  {say('check.line', { line: one.line })}
                </button>
                <span>
                  {one.path && <code>{one.path}</code>} {one.text}
                </span>
              </li>
            ))}
          </ol>
          <Yaml content={content} problems={found.problems} at={at} />
        </Section>
      )}
      {found?.ok && (
        <>
          <Section
            title={
              <>
                {found.name} {found.version} <StatusTag tone="good">{say('check.fine')}</StatusTag>
              </>
            }
            text={found.hash && `${say('column.hash')} ${short(found.hash)}`}
          >
            {active && found.hash !== active.hash ? (
              <Activate
                pack={{ content }}
                name={`${found.name ?? ''} ${found.version ?? ''}`}
                hash={found.hash ?? ''}
                active={active}
                onDone={(pack) => {
                  draft.write('')
                  void navigate({ to: `/packs/${pack.hash}` } as never)
                }}
              />
            ) : (
              active && <p>{say('check.already')}</p>
            )}
          </Section>
          <Section title={say('diff.title')} text={active && `${say('diff.against')} ${active.name} ${active.version}`}>
            <Differences from={active?.hash} to={{ content }} tables={found.tables} />
          </Section>
          <Section title={say('whatif.title')} text={say('whatif.text')}>
            <WhatIf key={found.hash} pack={{ content }} />
          </Section>
        </>
      )}
    </Page>
  )
}
