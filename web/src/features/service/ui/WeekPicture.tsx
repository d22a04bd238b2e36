import { useText } from '../messages'
import { type Calendar, clockOf, spansOn, week } from '../model/hours'
import css from './week.module.css'

const marks = [0, 6, 12, 18, 24]

/** A usual week as a picture: a line per day, work as bars from midnight to midnight. Said in words, too. */
export function WeekPicture({ calendar }: { calendar: Calendar }) {
  const say = useText()
  return (
    <div className={css.week}>
      <ul aria-label={say('hours.week')}>
        {week.map((day) => {
          const spans = spansOn(calendar, day)
          const words = spans.map(({ from, to }) => `${clockOf(from)}–${clockOf(to)}`).join(' ')
          return (
            <li key={day}>
              <span className={css.day}>{say(`day.d${day}`)}</span>
              <span className={css.bar} aria-hidden="true">
                {spans.map(({ from, to }) => (
                  <i key={from} style={{ left: `${from / 14.4}%`, width: `${(to - from) / 14.4}%` }} />
                ))}
              </span>
              <span className={`${css.words} figures`}>{words || say('hours.closed')}</span>
            </li>
          )
        })}
      </ul>
      <div className={css.scale} aria-hidden="true">
        {marks.map((hour) => (
          <span key={hour} style={{ left: `${hour / 0.24}%` }} className="figures">
            {hour}
          </span>
        ))}
      </div>
    </div>
  )
}
