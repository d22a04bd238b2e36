import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { SidePanel } from '@/ui/SidePanel'
import { caseQuery } from '../api/case'
import type { Forms } from '../forms'
import { useText } from '../messages'
import { CaseView } from './CaseView'
import css from './case.module.css'

/** A case beside the list that it was chosen from. */
export function CaseDrawer({ id, onClose, forms }: { id: string; onClose: () => void; forms?: Forms }) {
  const say = useText()
  const { data } = useQuery(caseQuery(id))
  return (
    <SidePanel
      title={
        <>
          {data?.words.kind ?? say('case')} <code className={css.number}>{id.slice(0, 10)}</code>
        </>
      }
      label={`${say('case')} ${id}`}
      onClose={onClose}
      actions={
        <Link to={`/cases/${id}` as never} className={css.whole}>
          {say('whole')}
        </Link>
      }
    >
      <CaseView key={id} id={id} {...(forms ? { forms } : {})} />
    </SidePanel>
  )
}
