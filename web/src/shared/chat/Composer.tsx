import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { acceptedFiles } from '@/shared/upload'
import css from './Composer.module.css'
import { Glyph } from './Glyph'
import { withHeld } from './draft'
import type { Message } from './log'
import { useText } from './messages'
import type { Talk } from './talk'
import { useDraft } from './useDraft'

/** As the server counts: characters of a message. */
const mostWords = 4000
const typeEvery = 3_000

export interface ComposerHandle {
  focus: () => void
  /** Puts other words in the place of what is written. */
  write: (words: string) => void
  /** Puts words before what is written: they were to be sent, and are not. */
  putBack: (words: string) => void
}

interface Props {
  person: string
  talk: Talk
  /** What the server last said of the draft. */
  draft: string
  ref?: Ref<ComposerHandle>
  onWords: (words: string) => void
  onFiles: (files: File[]) => void
  onType: () => void
  /** The message that is being changed; null: a new one is written. */
  editing: Message | null
  onEdited: (words: string) => void
  onEditEnd: () => void
  /** At the left, beside the button for files. */
  tools?: ReactNode
  placeholder?: string
  /** Enter sends, as on keyboards; on a phone it begins a line. */
  enterSends: boolean
  /** Told what is written, for what depends on it: canned replies say. True: the key is taken. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>, words: string) => boolean
  onChange?: (words: string) => void
  /** Offered while one writes, above the line. */
  offered?: ReactNode
  /** Whom it reaches, where that is not the customer. */
  audience?: ReactNode
}

/** Where a message is written. What was begun is kept, also over a reload; an input method's Enter never sends. */
export function Composer(props: Props) {
  const { person, talk, ref, onWords, onFiles, onType, editing, onEdited, onEditEnd, enterSends } = props
  const say = useText()
  const field = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useDraft(person, talk.id, props.draft, talk.saveDraft)
  const [change, setChange] = useState({ seq: 0, words: '' })
  const [refused, setRefused] = useState<string[]>([])
  const typedAt = useRef(0)
  if (editing && change.seq !== editing.seq) setChange({ seq: editing.seq, words: editing.content.text ?? '' })
  if (!editing && change.seq !== 0) setChange({ seq: 0, words: '' })
  const words = editing ? change.words : draft

  const write = (next: string) => {
    if (editing) setChange({ seq: editing.seq, words: next })
    else setDraft(next)
    props.onChange?.(next)
    if (next === '' || Date.now() - typedAt.current < typeEvery) return
    typedAt.current = Date.now()
    onType()
  }

  useLayoutEffect(() => {
    const area = field.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }, [words])
  useEffect(() => {
    if (editing) field.current?.focus()
  }, [editing])

  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    write: (next) => {
      write(next)
      field.current?.focus()
    },
    putBack: (before) => {
      setDraft(withHeld(draft, [before]))
      field.current?.focus()
    },
  }))

  const ready = words.trim() !== '' && lengthOf(words) <= mostWords
  const send = () => {
    if (!ready) return
    if (editing) {
      onEdited(words.trim())
      return
    }
    onWords(words.trim())
    setDraft('')
    typedAt.current = 0
    props.onChange?.('')
    field.current?.focus()
  }

  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.key === 'Process') return // the input method's own
    if (props.onKey?.(event, words)) return
    if (event.key === 'Escape' && editing) {
      event.preventDefault()
      onEditEnd()
    } else if (
      event.key === 'Enter' &&
      !event.shiftKey &&
      !event.altKey &&
      (enterSends || event.ctrlKey || event.metaKey)
    ) {
      event.preventDefault()
      send()
    }
  }

  const attach = (chosen: Iterable<File>) => {
    const all = [...chosen]
    const taken = all.filter(acceptable)
    setRefused(all.filter((file) => !acceptable(file)).map((file) => file.name))
    if (taken.length > 0) onFiles(taken)
  }
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (files.length === 0) return
    event.preventDefault()
    attach(files)
  }
  const onDrop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    attach(event.dataTransfer.files)
  }

  const left = mostWords - lengthOf(words)
  return (
    <div className={css.composer} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      {props.offered}
      {props.audience}
      {editing && (
        <p className={css.editing}>
          <span>{say('composer.editing')}</span>
          <button type="button" onClick={onEditEnd}>
            {say('composer.cancel')}
          </button>
        </p>
      )}
      {refused.length > 0 && (
        <p className={css.refused} role="alert">
          {say('composer.refused', { names: refused.join(', ') })}
        </p>
      )}
      <div className={css.row}>
        {!editing && (
          <div className={css.tools}>
            {props.tools}
            <label className={css.tool} title={say('composer.attach')}>
              <input
                type="file"
                multiple
                accept={acceptedFiles}
                aria-label={say('composer.attach')}
                onChange={(event) => {
                  attach(event.target.files ?? [])
                  event.target.value = ''
                }}
              />
              <Glyph name="picture" size={22} />
            </label>
          </div>
        )}
        <div className={css.box}>
          <textarea
            ref={field}
            rows={1}
            value={words}
            aria-label={say('composer.label')}
            placeholder={props.placeholder ?? say('composer.placeholder')}
            onChange={(event) => write(event.target.value)}
            onKeyDown={onKey}
            onPaste={onPaste}
            enterKeyHint={enterSends ? 'send' : 'enter'}
            data-composer
          />
          {left < 400 && (
            <span className={css.left} data-over={left < 0 || undefined}>
              {say('composer.left', { count: left })}
            </span>
          )}
        </div>
        <button type="button" className={css.send} disabled={!ready} onClick={send}>
          <Glyph name={editing ? 'check' : 'send'} size={22} />
          <span className="unseen">{say(editing ? 'composer.save' : 'composer.send')}</span>
        </button>
      </div>
    </div>
  )
}

/** In characters, as the server counts. */
const lengthOf = (words: string): number => Array.from(words).length

/** Whether the server could take such a file. A file that does not say what it is is left to the server. */
const acceptable = (file: File): boolean =>
  file.type === '' ||
  acceptedFiles
    .split(',')
    .some((kind) => (kind.endsWith('/*') ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind))
