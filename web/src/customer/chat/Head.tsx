import { useState } from 'react'
import { api, take } from '@/shared/api'
import type { View } from '@/shared/chat/log'
import type { Talk } from '@/shared/chat/talk'
import { go } from '../shell/router'
import { Link } from '../shell/Link'
import { Button, Icon, Sheet, toast, useWords, WentWrong } from '../ui'
import { useText } from './messages'

/** Whom one talks to. */
export function Heading({ view }: { view: View }) {
  const t = useText()
  return (
    <span className="chat-heading">
      <span>{t('title')}</span>
      <small data-state={view.state}>{t(`state.${view.state}`)}</small>
    </span>
  )
}

/** A person can be had at any time. */
export function PersonButton({ talk }: { talk: Talk }) {
  const t = useText()
  const words = useWords()
  const [busy, setBusy] = useState(false)
  const ask = async () => {
    setBusy(true)
    try {
      talk.show(await take(api.POST('/v1/conversations/{id}/person', { params: { path: { id: talk.id } }, body: {} })))
    } catch (error) {
      toast(words(error), 'bad')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button className="small chat-person" busy={busy} onClick={() => void ask()}>
      {t('person')}
    </Button>
  )
}

/** Earlier conversations, and the end of this one. */
export function Options({ talk, view }: { talk: Talk; view: View }) {
  const t = useText()
  const [open, setOpen] = useState(false)
  const [ending, setEnding] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const end = async () => {
    setBusy(true)
    setError(null)
    try {
      talk.show(await take(api.POST('/v1/conversations/{id}/close', { params: { path: { id: talk.id } }, body: {} })))
      setEnding(false)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" className="bar-button" aria-label={t('more')} onClick={() => setOpen(true)}>
        <Icon name="more" />
      </button>
      {open && (
        <Sheet title={t('more')} onClose={() => setOpen(false)}>
          <div className="card rows">
            <Link
              to="/chats"
              className="row"
              onClick={(event) => {
                event.preventDefault()
                setOpen(false)
                go('/chats')
              }}
            >
              <Icon name="clock" size={22} />
              <span className="row-words row-title">{t('history')}</span>
              <Icon name="next" size={18} />
            </Link>
            {view.state !== 'closed' && (
              <button
                type="button"
                className="row"
                onClick={() => {
                  setOpen(false)
                  setEnding(true)
                }}
              >
                <Icon name="leave" size={22} />
                <span className="row-words row-title">{t('end')}</span>
              </button>
            )}
          </div>
        </Sheet>
      )}
      {ending && (
        <Sheet
          title={t('endTitle')}
          lead={t('endText')}
          onClose={() => setEnding(false)}
          foot={
            <>
              <Button onClick={() => setEnding(false)}>{t('stay')}</Button>
              <Button kind="danger" busy={busy} onClick={() => void end()}>
                {t('end')}
              </Button>
            </>
          }
        >
          <WentWrong error={error} />
        </Sheet>
      )}
    </>
  )
}
