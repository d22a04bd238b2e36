import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { ColourTag } from '@/ui/ColourTag'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { Page, Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { changeTag, createTag, retireTag, type Tag, useRefresh, useTagPages } from '../api/service'
import { useText } from '../messages'
import { DeskTabs } from './Tabs'
import { TeamPick } from './TeamPick'
import css from './service.module.css'

const colours = ['grey', 'blue', 'green', 'gold', 'red', 'purple'] as const

/** What conversations are sorted by: a team's own tags, and everybody's. */
export default function TagsPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('team')
  const operator = me.role === 'operator'
  const team = operator ? view.team : undefined
  const all = rowsOf(useTagPages(team))
  const refresh = useRefresh('tags')
  // A supervisor changes the team's, an operator everybody's and those of the team that is chosen.
  const may = (tag: Tag) =>
    operator || (me.role === 'supervisor' && tag.team_id !== undefined && tag.team_id === me.team_id)
  return (
    <Page title={say('title')} narrow>
      <DeskTabs />
      {operator && <TeamPick value={team} none={say('tags.everybody')} onChange={(next) => change({ team: next })} />}
      <Section title={say('tags.title')} text={say('tags.text')}>
        {all.isPending && <Loading rows={4} />}
        {all.error !== null && all.rows.length === 0 && <Failure error={all.error} retry={() => void all.refetch()} />}
        {!all.isPending && !all.error && all.rows.length === 0 && <Empty title={say('tags.none')} />}
        {all.rows.length > 0 && (
          <ItemList>
            {all.rows.map((tag) => (
              <Line key={tag.id} tag={tag} may={may(tag)} onChanged={refresh} />
            ))}
          </ItemList>
        )}
        <More {...all} />
        {me.role !== 'agent' && (
          <TagForm
            key={all.rows.length}
            submit={say('tags.create')}
            send={(name, colour) => createTag({ name, colour, ...(team ? { team_id: team } : {}) })}
            onDone={refresh}
          />
        )}
      </Section>
    </Page>
  )
}

function Line({ tag, may, onChanged }: { tag: Tag; may: boolean; onChanged: () => void }) {
  const say = useText()
  const [doing, setDoing] = useState<'edit' | 'retire' | null>(null)
  const retire = useCommand({ send: () => retireTag(tag.id), onDone: onChanged })
  return (
    <Item
      name={
        <>
          <ColourTag colour={tag.colour}>{tag.name}</ColourTag>
          <span className={css.scope}>{say(tag.team_id ? 'tags.team' : 'tags.everybody')}</span>
        </>
      }
      tools={
        may && (
          <>
            <Button onClick={() => setDoing('edit')} aria-label={say('editNamed', { name: tag.name })}>
              {say('edit')}
            </Button>
            <Button danger onClick={() => setDoing('retire')} aria-label={say('tags.retireNamed', { name: tag.name })}>
              {say('tags.retire')}
            </Button>
          </>
        )
      }
      below={
        <>
          {doing === 'edit' && (
            <TagForm
              tag={tag}
              submit={say('save')}
              send={(name, colour) => changeTag(tag.id, { name, colour })}
              onDone={() => {
                setDoing(null)
                onChanged()
              }}
              onCancel={() => setDoing(null)}
            />
          )}
          {doing === 'retire' && (
            <Sure
              question={say('tags.sure', { name: tag.name })}
              yes={say('tags.retire')}
              danger
              busy={retire.busy}
              onYes={() => void retire.run()}
              onNo={() => setDoing(null)}
            />
          )}
          <Wrong error={retire.error} />
        </>
      }
    />
  )
}

interface FormProps {
  tag?: Tag
  submit: string
  send: (name: string, colour: Tag['colour']) => Promise<unknown>
  onDone: () => void
  onCancel?: () => void
}

function TagForm({ tag, submit, send, onDone, onCancel }: FormProps) {
  const say = useText()
  const [name, setName] = useState(tag?.name ?? '')
  const [colour, setColour] = useState<Tag['colour']>(tag?.colour ?? 'grey')
  const { run, busy, error } = useCommand({
    send: (content: { name: string; colour: Tag['colour'] }) => send(content.name, content.colour),
    onDone,
  })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim()) void run({ name: name.trim(), colour })
  }
  return (
    <form className={css.inline} onSubmit={onSubmit} noValidate>
      <Input
        aria-label={say('tags.name')}
        placeholder={say('tags.name')}
        maxLength={20}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Select<Tag['colour']>
        aria-label={say('tags.colour')}
        value={colour}
        onChange={setColour}
        options={colours.map((value) => ({ value, label: say(`tags.colourOf.${value}`) }))}
      />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!name.trim()}>
        {submit}
      </Button>
      {onCancel && <Button onClick={onCancel}>{say('cancel')}</Button>}
      <Wrong error={error} />
    </form>
  )
}
