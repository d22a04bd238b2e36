import { Popover } from '@/app/Popover'
import { useMe } from '@/app/session'
import { KeptOpener, KeptViews, openerClass } from '@/ui/KeptViews'
import { Pick } from '@/ui/Pick'
import { useTags, useWorkmates } from '../api/tools'
import { forgetFilter, keepFilter, useKept, useRefreshKept } from '../api/views'
import { useText } from '../messages'
import { type Choice, choicesOf, type Field, fieldsOf, queryOf, sameQuery, withField } from '../model/fields'
import css from './filter.module.css'

/** The list by plain fields, and one's own sets of them under names. */
export function FilterBar({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const say = useText()
  const me = useMe()
  const tags = useTags().data ?? []
  const mates = useWorkmates(me.role === 'supervisor').data ?? []
  const kept = useKept()
  const refresh = useRefreshKept()
  const fields = fieldsOf(query)
  const here = kept.data?.find((one) => sameQuery(one.query, query))
  const put = (name: Field) => (value: string | undefined) => onQuery(withField(query, name, value))
  const one = <Name extends Choice>(
    name: Name,
    words: (value: ReturnType<typeof choicesOf<Name>>[number]) => string,
  ) => (
    <Pick
      label={say(`field.${name}`)}
      value={fields[name]}
      options={choicesOf(name).map((value) => [value, words(value)])}
      onChange={put(name)}
    />
  )
  return (
    <div className={css.bar} role="group" aria-label={say('view.filter')}>
      {one('state', (value) => (value === 'open' ? say('field.open') : say(`state.${value}`)))}
      {one('whose', (value) => say(`field.whoseOf.${value}`))}
      {one('priority', (value) => say(`priority.${value}`))}
      <Pick
        search
        label={say('sort.tag')}
        value={fields.tag_id}
        options={tags.map((tag) => [tag.id, tag.name])}
        onChange={put('tag_id')}
      />
      {one('lang', (value) => say(`panel.lang.${value}`))}
      {one('snoozed', (value) => say(`field.snoozedOf.${value}`))}
      {me.role === 'supervisor' && (
        <Pick
          search
          label={say('field.agent')}
          value={fields.agent_id}
          options={mates.map((mate) => [mate.id, mate.name])}
          onChange={put('agent_id')}
        />
      )}
      {!fields.tag_id && one('sort', (value) => say(`field.sortOf.${value}`))}
      <Popover
        label={say('field.kept')}
        width={300}
        className={openerClass}
        button={<KeptOpener name={here?.name ?? say('field.kept')} here={here !== undefined} />}
      >
        {(close) => (
          <KeptViews
            all={kept}
            here={here}
            onGo={(view) => {
              onQuery(queryOf(fieldsOf(view.query)))
              close()
            }}
            keep={(name) => keepFilter(name, queryOf(fields))}
            remove={(view) => forgetFilter(view.id)}
            onChanged={refresh}
            onKept={close}
          />
        )}
      </Popover>
    </div>
  )
}
