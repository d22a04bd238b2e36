import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, isProblem, sending, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { Segmented, TextField, toast } from '../ui'
import { FormSheet } from './FormSheet'
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
    <FormSheet
      title={t('correct.title')}
      lead={t('correct.lead')}
      save={t('correct.save')}
      busy={busy}
      lack={lack ? t('correct.lack') : null}
      error={error}
      onSave={() => void save()}
      onClose={onClose}
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
    </FormSheet>
  )
}
