import { useView } from '@/app/view'
import { formatMoment, formatWhole } from '@/shared/time'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Facts } from '@/ui/Facts'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Pick } from '@/ui/Pick'
import { SidePanel } from '@/ui/SidePanel'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { type Erasure, useErasure, useErasures } from '../api/privacy'
import { useText } from '../messages'
import { states, toneOf, waitsFor } from '../model/erasures'
import css from './privacy.module.css'
import { PrivacyTabs } from './PrivacyTabs'

/** Requests to be erased, and how far each is. Whose they are is nobody's business here. */
export default function ErasuresPage() {
  const say = useText()
  const [view, change] = useView('state', 'id')
  const state = states.find((one) => one === view.state)
  const rows = rowsOf(useErasures(state))
  const tag = (row: Erasure) => <StatusTag tone={toneOf[row.state]}>{say(`state.${row.state}`)}</StatusTag>
  const waits = (row: Erasure) =>
    waitsFor(row)
      .map((what) =>
        say(`waits.${what}`, {
          count: what === 'cases' ? row.open_cases : what === 'money' ? row.open_money : (row.holds ?? 0),
        }),
      )
      .join(say('comma'))
  const columns: Column<Erasure>[] = [
    {
      key: 'id',
      title: say('erasures.request'),
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => <code className={cell.code}>{row.id}</code>,
    },
    {
      key: 'asked',
      title: say('erasures.asked'),
      width: 'minmax(110px, 0.9fr)',
      cell: (row) => <span title={formatWhole(row.asked_at)}>{formatMoment(row.asked_at)}</span>,
    },
    {
      key: 'until',
      title: say('erasures.until'),
      width: 'minmax(110px, 0.9fr)',
      cell: (row) => <span className={cell.quiet}>{formatMoment(row.ended_at ?? row.erased_at ?? row.erase_at)}</span>,
    },
    {
      key: 'waits',
      title: say('erasures.waits'),
      width: 'minmax(160px, 1.4fr)',
      cell: (row) => <span className={cell.quiet}>{waits(row)}</span>,
    },
    { key: 'state', title: say('erasures.state'), width: 'minmax(120px, 0.9fr)', cell: tag },
  ]
  return (
    <>
      <Page title={say('title')}>
        <PrivacyTabs />
        <p className={cell.note}>{say('erasures.text')}</p>
        <div className={css.tools}>
          <Pick
            className={cell.filter}
            label={say('erasures.state')}
            value={view.state}
            options={states.map((one) => [one, say(`state.${one}`)])}
            onChange={(value) => change({ state: value, id: undefined })}
          />
        </div>
        <DataTable
          {...rows}
          label={say('erasures.title')}
          columns={columns}
          keyOf={(row) => row.id}
          chosen={view.id}
          onChoose={(row) => change({ id: row.id }, view.id ? 'replace' : 'push')}
          empty={<Empty title={say('erasures.empty')} text={say('erasures.emptyText')} />}
          card={(row) => (
            <span className={cell.card}>
              <div>
                <code className={cell.code}>{row.id.slice(0, 18)}</code>
                {tag(row)}
              </div>
              <small className={cell.quiet}>
                {say('erasures.asked')} {formatMoment(row.asked_at)}
              </small>
              {waitsFor(row).length > 0 && <small className={cell.quiet}>{waits(row)}</small>}
            </span>
          )}
        />
      </Page>
      {view.id && <ErasurePanel id={view.id} onClose={() => change({ id: undefined })} />}
    </>
  )
}

function ErasurePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const say = useText()
  const { data, error, refetch } = useErasure(id)
  return (
    <SidePanel title={<code>{id}</code>} label={say('erasures.one')} onClose={onClose}>
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={6} />)}
      {data && (
        <>
          <Section title={say(`state.${data.state}`)} text={say(`stateText.${data.state}`)}>
            <Facts
              lines={[
                [say('erasures.asked'), formatWhole(data.asked_at)],
                [say('erasures.eraseAt'), formatWhole(data.erase_at)],
                [say('erasures.cases'), data.open_cases > 0 && data.open_cases],
                [say('erasures.money'), data.open_money > 0 && data.open_money],
                [say('erasures.holds'), (data.holds ?? 0) > 0 && data.holds],
                [say('erasures.erasedAt'), data.erased_at && formatWhole(data.erased_at)],
                [say('erasures.endedAt'), data.ended_at && formatWhole(data.ended_at)],
                [say('erasures.sum'), data.sha256 && <code key="s">{data.sha256}</code>],
              ]}
            />
          </Section>
          {data.certificate !== undefined && (
            <Section title={say('erasures.certificate')} text={say('erasures.certificateText')}>
              <pre className={css.pre} tabIndex={0}>
                {JSON.stringify(data.certificate, null, 2)}
              </pre>
            </Section>
          )}
        </>
      )}
    </SidePanel>
  )
}
