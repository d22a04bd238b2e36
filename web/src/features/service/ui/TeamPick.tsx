import { Failure } from '@/ui/Failure'
import { Pick } from '@/ui/Pick'
import { useTeams } from '../api/service'
import { useText } from '../messages'
import css from './service.module.css'

interface Props {
  value: string | undefined
  /** What no team means, where that is something. */
  none?: string
  onChange: (team: string | undefined) => void
}

/** Which team an operator looks at. */
export function TeamPick({ value, none, onChange }: Props) {
  const say = useText()
  const teams = useTeams()
  if (teams.isError && !teams.data) return <Failure error={teams.error} retry={() => void teams.refetch()} />
  return (
    <div className={css.pick}>
      <Pick
        search
        label={none ? say('teamOr', { none }) : say('team')}
        value={value}
        options={(teams.data ?? []).map((one) => [one.id, one.name])}
        onChange={onChange}
      />
    </div>
  )
}
