import cell from '@/ui/list.module.css'
import type { PackTable } from '../api/packs'
import { useText } from '../messages'
import css from './packs.module.css'

/** What a pack says, part by part. */
export function Tables({ tables }: { tables: readonly PackTable[] }) {
  const say = useText()
  return tables.map((table) => (
    <details key={table.name} className={css.part}>
      <summary>
        {table.title}
        <span className={cell.quiet}>{say('rows', { count: table.rows.length })}</span>
      </summary>
      {table.ordered && <p className={cell.quiet}>{say('ordered')}</p>}
      <ul>
        {table.rows.map((row) => (
          <li key={row.key} className={css.rule}>
            <strong>{row.title}</strong>
            <dl>
              {row.cells.map((cell) => (
                <div key={cell.name}>
                  <dt>{cell.title}</dt>
                  <dd>{cell.value}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </details>
  ))
}
