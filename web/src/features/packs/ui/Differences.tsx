import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { type PackRef, type PackTable, useDiff } from '../api/packs'
import { useText } from '../messages'
import { byTable } from '../model/packs'
import css from './packs.module.css'

const tones = { added: 'good', removed: 'bad', changed: 'act', reordered: 'wait' } as const

/** How a pack decides otherwise than another, sentence by sentence. */
export function Differences({
  from,
  to,
  tables,
}: {
  from: string | undefined
  to: PackRef | null
  /** For what the tables are called. */
  tables: readonly PackTable[]
}) {
  const say = useText()
  const { data, error, refetch } = useDiff(from, to)
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={4} />
  if (data.length === 0) return <Empty title={say('diff.same')} text={say('diff.sameText')} />
  return (
    <>
      <p className={cell.note}>{say('diff.count', { count: data.length })}</p>
      {byTable(data).map(([table, items]) => (
        <section key={table} className={css.changes}>
          <h3>{tables.find((one) => one.name === table)?.title ?? table}</h3>
          <ul>
            {items.map((one) => (
              <li key={`${one.key} ${one.cell ?? ''} ${one.change}`}>
                <StatusTag tone={tones[one.change]}>{say(`diff.${one.change}`)}</StatusTag>
                <span>{one.text}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
