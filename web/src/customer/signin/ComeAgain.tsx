import { useComingAgain } from '@/shared/arrival'
import { useText } from '../messages'
import { knownMe } from '../session'
import { Button, Skeleton, WentWrong } from '../ui'

interface Props {
  prove: () => Promise<void>
  renew: () => void
  renewed: boolean
}

/** The fresh factor of those whom the shop brings: they come over from there once more, in a tab of its own. */
export function ComeAgain({ prove, renew, renewed }: Props) {
  const t = useText()
  const { stand, error, go } = useComingAgain({
    person: knownMe()?.id,
    prove,
    renew,
    renewed,
    onOther: () => location.assign('/'), // what is on the screen is somebody else's
  })
  if (stand === 'looking') return <Skeleton rows={1} />
  return (
    <div className="form">
      <p role="status">{t(stand === 'away' ? 'proof.come' : 'proof.came')}</p>
      {stand === 'away' && <p className="row-note">{t('proof.kept')}</p>}
      <WentWrong error={error} />
      {stand !== 'away' && (
        <Button kind="primary" wide busy={stand === 'proving'} onClick={() => void go()}>
          {t('proof.confirm')}
        </Button>
      )}
    </div>
  )
}
