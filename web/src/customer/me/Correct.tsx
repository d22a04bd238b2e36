import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, isProblem, sending, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { Button, Notice, Segmented, Sheet, TextField, toast, WentWrong } from '../ui'
import { useText } from './messages'
import { useAct } from './useAct'

type Language = 'same' | 'zh-CN' | 'en'

/** What is known wrongly is put right; what stays empty stays as it is. */
export function Correct({ onClose }: { onClose: () => void }) {
  const t = useText()
  const client = useQueryClient()
  const intention = useIntention()
  const { run, busy, error } = useAct()
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [mail, setMail] = useState('')
  const [language, setLanguage] = useState<Language>('same')
  const [lack, setLack] = useState(false)
  const save = async () => {
    const body = {
      ...(name.trim() ? { name: name.trim() } : {}),
      ...(phone.trim() ? { phone: phone.trim() } : {}),
      ...(mail.trim() ? { mail: mail.trim() } : {}),
      ...(language === 'same' ? {} : { language }),
    }
    setLack(Object.keys(body).length === 0)
    if (Object.keys(body).length === 0) return
    const done = await run(async () => {
      await take(
        api.POST('/v1/privacy/correct', {
          params: { header: { 'Idempotency-Key': intention.key(body) } },
          body,
          fetch: sending({ about: { title: t('correct.about') } }),
        }),
      )
      intention.done()
      await client.invalidateQueries({ queryKey: ['privacy'] })
    })
    if (!done) return
    toast(t('correct.saved'))
    onClose()
  }
  const wrong = (field: string) => (isProblem(error) ? error.field(field) : undefined)
  return (
    <Sheet
      title={t('correct.title')}
      lead={t('correct.lead')}
      onClose={onClose}
      foot={
        <Button type="submit" form="correct" kind="primary" wide busy={busy}>
          {t('correct.save')}
        </Button>
      }
    >
      <form
        id="correct"
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField
          label={t('correct.name')}
          error={wrong('name')}
          autoComplete="name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label={t('correct.phone')}
          error={wrong('phone')}
          type="tel"
          autoComplete="tel"
          maxLength={40}
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
        <TextField
          label={t('correct.mail')}
          error={wrong('mail')}
          type="email"
          autoComplete="email"
          maxLength={254}
          value={mail}
          onChange={(event) => setMail(event.target.value)}
        />
        <div className="field">
          <span className="field-name" aria-hidden="true">
            {t('correct.language')}
          </span>
          <Segmented
            legend={t('correct.language')}
            value={language}
            onChange={setLanguage}
            options={[
              ['same', t('correct.same')],
              ['zh-CN', '中文'],
              ['en', 'English'],
            ]}
          />
        </div>
        {lack && <Notice tone="bad">{t('correct.lack')}</Notice>}
        <WentWrong error={error} />
      </form>
    </Sheet>
  )
}
