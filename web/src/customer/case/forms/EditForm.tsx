import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, take } from '@/shared/api'
import { Photos } from '../../open/Photos'
import { TextArea } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'
import { Select } from './Select'
import { useFiles } from './useFiles'

/** Another reason, more words or more evidence after a refusal: it is put forward again. */
export function EditForm({ one, onClose }: { one: Case; onClose: () => void }) {
  const t = useText()
  const [reason, setReason] = useState('')
  const [words, setWords] = useState('')
  const { files, ids } = useFiles()
  const line = one.lines[0]?.line_id
  const reasons = useQuery({
    queryKey: ['reasons', one.kind, one.order_id, line ?? ''],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/reasons', {
            signal,
            params: {
              query: {
                kind: one.kind as 'return',
                ...(line === undefined ? {} : { order_id: one.order_id, line_id: line }),
              },
            },
          }),
        )
      ).items,
  }).data
  const possible = (reasons ?? []).filter((other) => other.enabled && other.code !== one.reason)
  return (
    <CommandSheet
      one={one}
      name="edit"
      title={t('edit.title')}
      lead={t('edit.lead', { count: one.edits_left })}
      confirm={t('edit.send')}
      done={t('edit.done')}
      onClose={onClose}
      content={() => {
        if (files.busy) return t('evidence.wait')
        const text = words.trim()
        if (reason === '' && text === '' && ids.length === 0) return t('edit.lack')
        return { evidence: ids, ...(reason ? { reason } : {}), ...(text ? { text } : {}) }
      }}
    >
      {possible.length > 0 && (
        <Select label={t('edit.reason')} value={reason} onChange={setReason}>
          <option value="">
            {one.words.reason ?? t('edit.keep')} · {t('edit.keep')}
          </option>
          {possible.map((other) => (
            <option key={other.code} value={other.code}>
              {other.label}
            </option>
          ))}
        </Select>
      )}
      <TextArea
        label={t('edit.words')}
        value={words}
        maxLength={2000}
        rows={3}
        onChange={(event) => setWords(event.target.value)}
      />
      <Photos files={files} />
    </CommandSheet>
  )
}
