import { useState } from 'react'
import { Button, Icon, TextField, toast } from '../ui'
import { changePassword } from './account'
import { FormSheet } from './FormSheet'
import { useText } from './messages'
import { useAct } from './useAct'

/** Another password. All other sessions end with it. */
export function Password() {
  const t = useText()
  const [open, setOpen] = useState(false)
  return (
    <section className="card rows">
      <div className="row">
        <span className="row-icon">
          <Icon name="key" size={22} />
        </span>
        <span className="row-words">
          <span className="row-title">{t('security.password')}</span>
          <span className="row-note">{t('security.passwordNote')}</span>
        </span>
        <Button className="small" aria-label={t('security.changeTitle')} onClick={() => setOpen(true)}>
          {t('security.change')}
        </Button>
      </div>
      {open && <Change onClose={() => setOpen(false)} />}
    </section>
  )
}

function Change({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { run, busy, error } = useAct()
  const [present, setPresent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [lack, setLack] = useState<string | null>(null)
  const save = async () => {
    if (present === '' || next === '') return setLack(t('security.lack'))
    if (next !== again) return setLack(t('security.differ'))
    setLack(null)
    if (!(await run(() => changePassword(present, next)))) return
    toast(t('security.saved'))
    onClose()
  }
  return (
    <FormSheet
      title={t('security.changeTitle')}
      lead={t('security.changeLead')}
      save={t('security.save')}
      busy={busy}
      lack={lack}
      error={error}
      onSave={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={t('security.present')}
        type="password"
        autoComplete="current-password"
        maxLength={256}
        value={present}
        onChange={(event) => setPresent(event.target.value)}
      />
      <TextField
        label={t('security.next')}
        hint={t('security.nextHint')}
        type="password"
        autoComplete="new-password"
        maxLength={256}
        value={next}
        onChange={(event) => setNext(event.target.value)}
      />
      <TextField
        label={t('security.again')}
        type="password"
        autoComplete="new-password"
        maxLength={256}
        value={again}
        onChange={(event) => setAgain(event.target.value)}
      />
    </FormSheet>
  )
}
