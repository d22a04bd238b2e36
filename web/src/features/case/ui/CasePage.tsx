import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMe } from '@/app/session'
import { shopForms } from '@/features/merchant/parts'
import { Page } from '@/ui/Page'
import { caseQuery } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'
import { CaseView } from './CaseView'

/** A case by itself. */
export default function CasePage() {
  const say = useText()
  const me = useMe()
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const { data } = useQuery(caseQuery(id))
  return (
    <Page title={data?.words.kind ?? say('case')} about={<code className={css.number}>{id}</code>}>
      <CaseView id={id} {...(me.role === 'merchant' ? { forms: shopForms } : {})} />
    </Page>
  )
}
