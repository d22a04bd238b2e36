import { useId } from 'react'
import type { Sending } from '@/shared/upload'
import { useText } from '../messages'
import { Icon, type IconName, Notice, useWords } from '../ui'
import type { Evidence } from './draft'
import { type Files, mostFiles } from './useEvidence'

/** Photos and videos of what is wrong: from the camera or from the phone, each with how far it has come. */
export function Photos({ files, label }: { files: Files; label?: string }) {
  const t = useText()
  const words = useWords()
  const id = useId()
  const count = files.kept.length + files.sending.length
  const failed = files.sending.filter((one) => one.state === 'failed')
  return (
    <section className="photos" aria-labelledby={id}>
      <header className="photos-head">
        <h3 id={id}>{label ?? t('photo.title')}</h3>
        <span className="figures">
          {count}/{mostFiles}
        </span>
      </header>
      {count > 0 && (
        <ul className="photo-grid">
          {files.kept.map((one, n) => (
            <KeptPhoto key={one.id} one={one} n={n + 1} onRemove={() => files.remove(one)} />
          ))}
          {files.sending.map((one, n) => (
            <SentPhoto
              key={one.key}
              one={one}
              n={files.kept.length + n + 1}
              onRemove={() => files.remove(one)}
              onRetry={() => files.retry(one)}
            />
          ))}
        </ul>
      )}
      {files.room > 0 && (
        <div className="picks">
          <Pick icon="camera" label={t('photo.take')} accept="image/*" camera onFiles={files.add} />
          <Pick icon="video" label={t('photo.film')} accept="video/*" camera onFiles={files.add} />
          <Pick
            icon="album"
            label={t('photo.choose')}
            accept="image/*,video/mp4,video/quicktime,video/webm,application/pdf"
            onFiles={files.add}
          />
        </div>
      )}
      {files.refused.length > 0 && (
        <Notice tone="bad" title={t('photo.refused', { names: files.refused.join(', ') })}>
          {t('photo.refusedText')}
        </Notice>
      )}
      {failed.map((one) => (
        <Notice key={one.key} tone="bad" title={one.file.name}>
          {words(one.error)}
        </Notice>
      ))}
    </section>
  )
}

function Pick({
  icon,
  label,
  accept,
  camera = false,
  onFiles,
}: {
  icon: IconName
  label: string
  accept: string
  camera?: boolean
  onFiles: (files: File[]) => void
}) {
  return (
    <label className={camera ? 'pick camera' : 'pick'}>
      <input
        type="file"
        accept={accept}
        multiple={!camera}
        {...(camera ? { capture: 'environment' as const } : {})}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = '' // so that the same file can be chosen again
        }}
      />
      <Icon name={icon} size={22} />
      <span>{label}</span>
    </label>
  )
}

function KeptPhoto({ one, n, onRemove }: { one: Evidence; n: number; onRemove: () => void }) {
  const t = useText()
  return (
    <li className="photo">
      {one.thumbnail ? (
        <img src={`/v1/evidence/${one.id}/thumbnail`} alt={t('photo.nth', { n })} />
      ) : (
        <Kind kind={one.kind} n={n} />
      )}
      <Remove n={n} onRemove={onRemove} />
    </li>
  )
}

function SentPhoto({
  one,
  n,
  onRemove,
  onRetry,
}: {
  one: Sending
  n: number
  onRemove: () => void
  onRetry: () => void
}) {
  const t = useText()
  const percent = Math.round(one.progress * 100)
  return (
    <li className={`photo ${one.state}`}>
      {one.preview && one.state !== 'failed' ? (
        <img src={one.preview} alt={t('photo.nth', { n })} />
      ) : (
        <Kind kind={one.file.type.startsWith('video/') ? 'video' : 'document'} n={n} />
      )}
      {one.state === 'sending' && (
        <span className="photo-over">
          <progress value={percent} max={100} aria-label={t('photo.sending', { n })} />
          <span className="figures" aria-hidden="true">
            {percent}%
          </span>
        </span>
      )}
      {one.state === 'failed' && (
        <button type="button" className="photo-over" onClick={onRetry} aria-label={t('photo.retry', { n })}>
          <Icon name="again" />
          <span aria-hidden="true">{t('ui.retry')}</span>
        </button>
      )}
      <Remove n={n} onRemove={onRemove} />
    </li>
  )
}

function Kind({ kind, n }: { kind: string; n: number }) {
  const t = useText()
  return (
    <span className="photo-kind" role="img" aria-label={t('photo.nth', { n })}>
      <Icon name={kind === 'video' ? 'play' : kind === 'picture' ? 'album' : 'file'} size={28} />
    </span>
  )
}

function Remove({ n, onRemove }: { n: number; onRemove: () => void }) {
  const t = useText()
  return (
    <button type="button" className="photo-remove" onClick={onRemove} aria-label={t('photo.remove', { n })}>
      <span>
        <Icon name="close" size={14} />
      </span>
    </button>
  )
}
