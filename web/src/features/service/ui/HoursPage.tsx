import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page } from '@/ui/Page'
import { useHours, useTeams } from '../api/service'
import { useText } from '../messages'
import { HoursForm } from './HoursForm'
import { DeskTabs } from './Tabs'
import { TeamPick } from './TeamPick'

/** When a team works, on a usual week and besides, and who takes over when it does not. */
export default function HoursPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('team')
  const operator = me.role === 'operator'
  const teams = useTeams()
  const team = operator ? (view.team ?? teams.data?.[0]?.id) : me.team_id
  const hours = useHours(team)
  return (
    <Page title={say('title')} narrow>
      <DeskTabs />
      {operator && <TeamPick value={team} onChange={(next) => change({ team: next })} />}
      {team === undefined ? (
        teams.isPending ? (
          <Loading rows={4} />
        ) : (
          <Empty title={say('hours.noTeam')} />
        )
      ) : hours.isError && !hours.data ? (
        <Failure error={hours.error} retry={() => void hours.refetch()} />
      ) : hours.data ? (
        <HoursForm key={team} team={team} hours={hours.data} />
      ) : (
        <Loading rows={6} />
      )}
    </Page>
  )
}
