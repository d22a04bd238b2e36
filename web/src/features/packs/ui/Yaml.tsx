import { useEffect, useRef } from 'react'
import type { PackProblem } from '../api/packs'
import { useText } from '../messages'
import { byLine, linesOf } from '../model/packs'
import css from './yaml.module.css'

interface Props {
  content: string
  problems?: readonly PackProblem[]
  /** The line to bring into view. */
  at?: number | undefined
}

/** A pack's text with the numbers of its lines; what is wrong stands below the line that it is about. */
export function Yaml({ content, problems = [], at }: Props) {
  const say = useText()
  const box = useRef<HTMLDivElement>(null)
  const wrong = byLine(problems)
  useEffect(() => {
    if (at) box.current?.querySelector(`[data-line="${at}"]`)?.scrollIntoView({ block: 'center' })
  }, [at])
  return (
    <div ref={box} className={css.box} tabIndex={0} role="region" aria-label={say('yaml')}>
      <ol className={css.lines}>
        {linesOf(content).map((line, index) => {
          const here = wrong.get(index + 1)
          return (
            <li
              key={index}
              data-line={index + 1}
              data-wrong={here ? true : undefined}
              data-at={at === index + 1 || undefined}
            >
              <code data-comment={/^\s*#/.test(line) || undefined}>{line || ' '}</code>
              {here?.map((one, n) => (
                <p key={n}>
                  {one.column ? say('column.at', { n: one.column }) : ''} {one.text}
                </p>
              ))}
            </li>
          )
        })}
      </ol>
    </div>
  )
}
