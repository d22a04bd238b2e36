import { Popover } from '@/app/Popover'
import { KeptOpener, KeptViews, openerClass } from '@/ui/KeptViews'
import { removeView, saveView, useRefreshViews, useViews } from '../api/views'
import { useText } from '../messages'
import { filterOf, isAt, type Place, placeOf } from '../model/views'

interface Props {
  /** What the list is narrowed by now. */
  place: Place
  onGo: (place: ReturnType<typeof placeOf>) => void
}

/** One's own named sets of filters of the list of cases. */
export function SavedViews({ place, onGo }: Props) {
  const say = useText()
  const all = useViews()
  const refresh = useRefreshViews()
  const here = all.data?.find((view) => isAt(view, place))
  return (
    <Popover
      label={say('views.title')}
      width={320}
      className={openerClass}
      button={<KeptOpener name={here?.name ?? say('views.title')} here={here !== undefined} />}
    >
      {(close) => (
        <KeptViews
          all={all}
          here={here}
          onGo={(view) => {
            onGo(placeOf(view.filter))
            close()
          }}
          keep={(name, key) => saveView({ name, filter: filterOf(place) }, key)}
          remove={(view) => removeView(view.id)}
          onChanged={() => void refresh()}
          onKept={close}
        />
      )}
    </Popover>
  )
}
