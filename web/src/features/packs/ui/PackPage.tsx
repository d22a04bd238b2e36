import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { useView } from '@/app/view'
import { formatMoment, formatWhole } from '@/shared/time'
import { Facts } from '@/ui/Facts'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { Views } from '@/ui/Views'
import { usePack, usePacks } from '../api/packs'
import { useText } from '../messages'
import { draft } from '../model/packs'
import { Activate } from './Activate'
import { Differences } from './Differences'
import css from './packs.module.css'
import { State } from './PacksPage'
import { Tables } from './Tables'
import { WhatIf } from './WhatIf'
import { Yaml } from './Yaml'

const tabs = ['rules', 'yaml', 'diff', 'whatif'] as const

/** One policy pack: what it says, its text, how it differs from the active one, what it would have changed. */
export default function PackPage() {
  const say = useText()
  const navigate = useNavigate()
  const { hash = '' }: { hash?: string } = useParams({ strict: false })
  const [view, change] = useView('tab')
  const { data: pack, error, refetch } = usePack(hash)
  const active = usePacks().data?.pages[0]?.active
  const tab = tabs.find((one) => one === view.tab) ?? 'rules'
  if (!pack)
    return (
      <Page title={say('title')}>
        {error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={10} />}
      </Page>
    )
  const shown = tabs.filter((one) => !pack.active || one === 'rules' || one === 'yaml')
  return (
    <Page
      title={`${pack.name} ${pack.version}`}
      about={<State pack={pack} />}
      actions={
        <>
          <Button onClick={() => void navigate({ to: '/packs' } as never)}>{say('back')}</Button>
          <Button
            onClick={() => {
              draft.write(pack.content)
              void navigate({ to: '/pack-check' } as never)
            }}
          >
            {say('edit')}
          </Button>
        </>
      }
    >
      <Section title={pack.description}>
        <Facts
          lines={[
            [say('column.hash'), <code key="h">{pack.hash}</code>],
            [say('column.stored'), formatWhole(pack.stored_at)],
            [
              say('column.state'),
              pack.active && pack.active_since
                ? `${say('active.since', { at: formatMoment(pack.active_since) })} ${pack.activated_by ? say('active.by', { who: pack.activated_by }) : say('active.settings')}`
                : undefined,
            ],
            [say('column.cases'), pack.open_cases],
          ]}
        />
        {active && !pack.active && (
          <Activate
            pack={{ hash: pack.hash }}
            name={`${pack.name} ${pack.version}`}
            hash={pack.hash}
            active={active}
            onDone={() => void refetch()}
          />
        )}
      </Section>
      <div className={css.views}>
        <Views
          label={say('views')}
          value={tab}
          options={shown.map((value) => ({ value, label: say(`tab.${value}`) }))}
          onChange={(next) => change({ tab: next })}
        />
      </div>
      {tab === 'rules' && <Tables tables={pack.tables} />}
      {tab === 'yaml' && <Yaml content={pack.content} />}
      {tab === 'diff' && active && (
        <Section
          title={say('diff.title')}
          text={
            <>
              {say('diff.against')}{' '}
              <Link to={`/packs/${active.hash}` as never}>
                {active.name} {active.version}
              </Link>
            </>
          }
        >
          <Differences from={active.hash} to={{ hash: pack.hash }} tables={pack.tables} />
        </Section>
      )}
      {tab === 'whatif' && (
        <Section title={say('whatif.title')} text={say('whatif.text')}>
          <WhatIf pack={{ hash: pack.hash }} />
        </Section>
      )}
    </Page>
  )
}
