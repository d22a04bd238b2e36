import type { ReactNode } from 'react'
import { isProblem, Unreachable } from '@/shared/api'
import { useText } from '../messages'
import { Button } from './Button'
import { Icon, type IconName } from './Icon'

/** Grey shapes where something will be in a moment. Shown only when it takes longer than one notices. */
export function Skeleton({ rows = 3, kind = 'row' }: { rows?: number; kind?: 'row' | 'card' }) {
  const t = useText()
  return (
    <div className="skeletons" role="status" aria-label={t('ui.loading')}>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className={`skeleton ${kind}`} aria-hidden="true">
          <i />
          <b>
            <u />
            <u />
          </b>
        </div>
      ))}
    </div>
  )
}

/** Nothing is here, why, and what to do instead. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <p className="empty-title">{title}</p>
      {children !== undefined && <p className="empty-text">{children}</p>}
      {action}
    </div>
  )
}

/** What is wrong, in words for people. */
export function useWords(): (error: unknown) => string {
  const t = useText()
  return (error) =>
    error instanceof Unreachable ? t('ui.unreachable') : isProblem(error) ? error.message : t('ui.unexpected')
}

/** Something could not be had: why, and once more. */
export function Failure({ error, onRetry, action }: { error: unknown; onRetry?: () => void; action?: ReactNode }) {
  const t = useText()
  const words = useWords()
  const away = error instanceof Unreachable
  return (
    <div className="empty" role="alert">
      <span className="empty-icon">
        <Icon name={away ? 'offline' : 'alert'} size={28} />
      </span>
      <p className="empty-title">{away ? t('ui.offlineTitle') : t('ui.failed')}</p>
      <p className="empty-text">{words(error)}</p>
      {isProblem(error) && error.requestID !== undefined && error.status >= 500 && (
        <p className="empty-text figures">{t('ui.request', { id: error.requestID })}</p>
      )}
      {onRetry && (
        <Button icon="again" onClick={onRetry}>
          {t('ui.retry')}
        </Button>
      )}
      {action}
    </div>
  )
}

/** A remark within a page: something to know, to mind, or that went wrong. */
export function Notice({
  tone = 'quiet',
  icon,
  title,
  children,
}: {
  tone?: 'quiet' | 'wait' | 'act' | 'good' | 'bad'
  icon?: IconName
  title?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon
        name={icon ?? (tone === 'bad' || tone === 'act' ? 'alert' : tone === 'good' ? 'check' : 'info')}
        size={20}
      />
      <div>
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children !== undefined && <div className="notice-text">{children}</div>}
      </div>
    </div>
  )
}

/** What went wrong with what one just tried, beside the button; nothing while nothing did. */
export function WentWrong({ error }: { error: unknown }) {
  const words = useWords()
  return error === null || error === undefined ? null : <Notice tone="bad">{words(error)}</Notice>
}
