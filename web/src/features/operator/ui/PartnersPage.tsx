import { formatAgo, formatWhole } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Facts } from '@/ui/Facts'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page } from '@/ui/Page'
import { usePartners } from '../api/standing'
import { useText } from '../messages'
import { useNames } from './names'
import css from './operator.module.css'
import { PartnerState } from './PartnerState'
import { PartnerTabs } from './Tabs'

/** How each partner does: whether it answers, and what waits for it. */
export default function PartnersPage() {
  const say = useText()
  const names = useNames()
  const all = usePartners()
  const moment = (at: string | undefined) =>
    at && (
      <time dateTime={at} title={formatWhole(at)}>
        {formatAgo(at)}
      </time>
    )
  return (
    <Page title={say('partners.title')}>
      <PartnerTabs />
      {all.isPending && <Loading rows={6} />}
      {all.isError && !all.data && <Failure error={all.error} retry={() => void all.refetch()} />}
      {all.data?.length === 0 && <Empty title={say('partners.none')} text={say('partners.noneText')} />}
      <ul className={css.cards}>
        {all.data?.map((one) => (
          <li key={one.partner} className={css.card}>
            <h2>
              {names.partner(one.partner)}
              <PartnerState one={one} />
            </h2>
            <p className={css.lead}>
              {one.calls === 0
                ? say('partners.quiet')
                : say('partners.calls', { calls: one.calls, failures: one.failures })}
            </p>
            <Facts
              lines={[
                [say('partners.succeeded'), moment(one.succeeded_at)],
                [
                  say('partners.failed'),
                  one.failed_at && (
                    <>
                      {moment(one.failed_at)} {one.failed_with && <code>{one.failed_with}</code>}
                    </>
                  ),
                ],
                [say('partners.inRow'), one.failures_in_row > 0 && one.failures_in_row],
                [say('partners.notices'), one.notices_waiting > 0 && one.notices_waiting],
                [say('partners.unknown'), one.unknown_legs > 0 && one.unknown_legs],
                [say('partners.retrying'), one.retrying > 0 && one.retrying],
              ]}
            />
          </li>
        ))}
      </ul>
    </Page>
  )
}
