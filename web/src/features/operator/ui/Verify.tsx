import { useEffect, useState } from 'react'
import { Button } from 'antd'
import { formatSpan } from '@/shared/time'
import { useErrorText } from '@/ui/Failure'
import { StatusTag } from '@/ui/StatusTag'
import { verifyPart } from '../api/audit'
import { useText } from '../messages'
import { type Verification, verified } from '../model/audit'
import { useNames } from './names'
import css from './verify.module.css'

/** Goes through the whole trail, part by part, and says in words whether it is whole. */
export function Verify({ onClose }: { onClose: () => void }) {
  const say = useText()
  const errorText = useErrorText()
  const named = useNames()
  const [result, setResult] = useState<Verification | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const control = new AbortController()
    void (async () => {
      let cursor: string | undefined
      let so: Verification | null = null
      try {
        do {
          const part = await verifyPart(cursor, control.signal)
          so = verified(so, part)
          cursor = part.next
          if (control.signal.aborted) return
          setResult(so)
        } while (cursor)
      } catch (failure) {
        if (!control.signal.aborted) setError(failure)
      }
    })()
    return () => control.abort()
  }, [tries])
  const again = () => {
    setResult(null)
    setError(null)
    setTries(tries + 1)
  }
  const whole = result?.done && result.findings.length === 0
  return (
    <section className={css.verify} aria-label={say('verify.title')} role="status">
      <header>
        <h2>{say('verify.title')}</h2>
        {result?.done && (
          <StatusTag tone={whole ? 'good' : 'bad'}>{say(whole ? 'verify.whole' : 'verify.broken')}</StatusTag>
        )}
      </header>
      {!result?.done && error === null && (
        <div className={css.progress}>
          <progress max={result?.total ?? 1} value={result?.checked ?? 0} aria-label={say('verify.title')} />
          <span className="figures">
            {result ? say('verify.progress', { n: result.checked, all: result.total }) : say('verify.begins')}
          </span>
        </div>
      )}
      {error !== null && (
        <p role="alert" className={css.error}>
          {errorText(error)} <Button onClick={again}>{say('verify.again')}</Button>
        </p>
      )}
      {result?.done && (
        <p>
          {say('verify.read', { count: result.checked, chains: result.chains })}{' '}
          {whole ? say('verify.wholeText') : say('verify.brokenText', { count: result.findings.length })}
        </p>
      )}
      {result?.done && (
        <p className={css.quiet}>
          {result.unanchored === 0
            ? say('verify.anchored')
            : say('verify.unanchored', {
                count: result.unanchored,
                ago: result.notedAgo === undefined ? say('verify.never') : formatSpan(result.notedAgo * 1000),
              })}
        </p>
      )}
      {result && result.findings.length > 0 && (
        <ul className={css.findings}>
          {result.findings.map((one) => (
            <li key={`${one.chain} ${one.seq} ${one.problem}`}>
              {named.problem(one.problem)} <code>{`${one.chain} · ${one.seq}`}</code>
            </li>
          ))}
        </ul>
      )}
      <div className={css.foot}>
        {result?.done && <Button onClick={again}>{say('verify.again')}</Button>}
        <Button onClick={onClose}>{say(result?.done || error !== null ? 'verify.close' : 'verify.stop')}</Button>
      </div>
    </section>
  )
}
