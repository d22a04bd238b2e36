import { formatMoment, formatSpan, useNow } from '@/shared/time'
import { useText } from '../messages'
import { Link } from '../shell/Link'
import { Icon, type IconName } from '../ui'
import type { CaseHead } from './queries'
import { turnOf, turnWords } from './turn'

/** The colour of where a case stands: one's own turn, somebody else's, decided by the platform, or over. */
export function toneOf(
  one: Pick<CaseHead, 'open' | 'waiting_for' | 'outcome' | 'kind' | 'stage'>,
): 'act' | 'wait' | 'review' | 'good' | 'quiet' {
  if (!one.open)
    return /refunded|exchanged|repaired|protected|settled|upheld/.test(one.outcome ?? '') ? 'good' : 'quiet'
  if (turnOf(one) === 'mine') return 'act'
  if (/review|approval|dispute|appeal/.test(one.stage)) return 'review'
  return 'wait'
}

/** A case in a list: what it is, where it stands, whose turn it is and how long that may take. */
export function CaseRow({ one, goods, small = false }: { one: CaseHead; goods?: string | undefined; small?: boolean }) {
  const t = useText()
  const mine = turnOf(one) === 'mine'
  return (
    <Link to={`/cases/${one.id}`} className={small ? 'row case small' : 'row case'}>
      {!small && (
        <span className="row-icon">
          <Icon name={one.kind as IconName} size={22} />
        </span>
      )}
      <span className="row-words">
        <span className="case-head">
          <span className="row-title">{one.words.kind}</span>
          <span className={`tag ${toneOf(one)}`}>
            {one.open ? one.words.stage : (one.words.outcome ?? one.words.stage)}
          </span>
        </span>
        {goods !== undefined && <span className="row-note">{goods}</span>}
        {one.open ? (
          <span className={mine ? 'case-next mine' : 'case-next'}>
            <Icon name="clock" size={16} />
            <span>
              {turnWords(t, one)}
              {one.due_at && <Left until={one.due_at} />}
            </span>
          </span>
        ) : (
          <span className="row-note figures">{formatMoment(one.closed_at ?? one.updated_at)}</span>
        )}
        {!small && one.open && one.due_at && one.words.at_zero && (
          <span className="case-zero">{one.words.at_zero}</span>
        )}
      </span>
      <Icon name="next" size={18} />
    </Link>
  )
}

function Left({ until }: { until: string }) {
  const t = useText()
  const left = Date.parse(until) - useNow()
  return (
    <span className={left < 3600_000 ? 'case-left figures soon' : 'case-left figures'}>
      {' '}
      · {left > 0 ? t('case.left', { span: formatSpan(left) }) : t('case.zero')}
    </span>
  )
}
