import { Icon, type IconName } from '../../ui'
import type { Chosen } from '../forms/ActionForm'
import { useText } from '../messages'
import { type Name, others } from '../model/actions'
import type { Case } from '../queries'

const icons: Partial<Record<Name, IconName>> = {
  add_evidence: 'camera',
  escalate: 'shield',
  edit: 'edit',
  withdraw: 'back',
  propose_settlement: 'complaint',
  suspend: 'clock',
  resume: 'play',
  rest: 'check',
  accept_refusal: 'check',
  take_advance: 'exchange',
  send_back: 'truck',
  request_pickup: 'truck',
  report_problem: 'alert',
  confirm_receipt: 'check',
  appeal: 'shield',
}

/** What else can be done; what cannot says why. */
export function More({ one, onAct }: { one: Case; onAct: (chosen: Chosen) => void }) {
  const t = useText()
  const list = others(one).filter(({ name }) => name !== 'answer_extension' && name !== 'agree_suspend')
  if (list.length === 0) return null
  return (
    <section aria-labelledby="more">
      <h2 className="section-title" id="more">
        {t('more.title')}
      </h2>
      <ul className="card rows">
        {list.map((action) => (
          <li key={action.name}>
            <button
              type="button"
              className={action.enabled ? 'row' : 'row off'}
              aria-disabled={!action.enabled}
              onClick={() => action.enabled && onAct({ name: action.name })}
            >
              <span className={action.name === 'withdraw' && action.enabled ? 'row-icon danger' : 'row-icon'}>
                <Icon name={icons[action.name] ?? 'more'} size={20} />
              </span>
              <span className="row-words">
                <span className="row-title">{action.label}</span>
                {(action.enabled ? action.consequence : action.why_text) && (
                  <span className="row-note">{action.enabled ? action.consequence : action.why_text}</span>
                )}
              </span>
              {action.enabled && <Icon name="next" size={18} />}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
