import { useEffect, useState } from 'react'
import { acceptedFiles, type Sending, useUploads } from '@/shared/upload'
import type { Draft, Evidence } from './draft'

export const mostFiles = 9

export interface Files {
  /** Sent in an earlier visit: only what the server made of them is left. */
  readonly kept: readonly Evidence[]
  readonly sending: readonly Sending[]
  /** Names of files that were not taken, because they are of a kind that nobody could look at. */
  readonly refused: readonly string[]
  readonly busy: boolean
  readonly room: number
  add: (files: Iterable<File>) => void
  retry: (one: Sending) => void
  remove: (one: Sending | Evidence) => void
}

/** What is put forward with a draft: what was sent before, and what is on its way now. It is kept in the draft as it arrives. */
export function useEvidence(
  draft: Pick<Draft, 'evidence'>,
  change: (part: (now: Draft) => Partial<Draft>) => void,
): Files {
  const uploads = useUploads(mostFiles)
  const [refused, setRefused] = useState<readonly string[]>([])
  const { files } = uploads
  useEffect(() => {
    const fresh = files.flatMap((one) => (one.evidence ? [one.evidence] : []))
    change((now) => {
      const missing = fresh.filter((one) => !now.evidence.some((other) => other.id === one.id))
      return missing.length === 0
        ? {}
        : {
            evidence: [...now.evidence, ...missing.map(({ id, kind, thumbnail }) => ({ id, kind, thumbnail }))],
            later: false,
          }
    })
  }, [files, change])

  const kept = draft.evidence.filter((one) => !files.some((other) => other.evidence?.id === one.id))
  const room = Math.max(0, uploads.room - kept.length)
  return {
    kept,
    sending: files,
    refused,
    busy: uploads.busy,
    room,
    add: (chosen) => {
      const all = [...chosen]
      setRefused(all.filter((file) => !accepted(file)).map((file) => file.name))
      uploads.add(all.filter(accepted).slice(0, room))
    },
    retry: uploads.retry,
    remove: (one) => {
      const id = 'key' in one ? one.evidence?.id : one.id
      if ('key' in one) uploads.remove(one)
      change((now) => ({ evidence: now.evidence.filter((other) => other.id !== id) }))
    },
  }
}

/** Whether the server could take such a file. A file that does not say what it is is left to the server. */
export const accepted = (file: Pick<File, 'type'>): boolean =>
  file.type === '' ||
  acceptedFiles
    .split(',')
    .some((kind) => (kind.endsWith('/*') ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind))
