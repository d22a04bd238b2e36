import type { ReactNode } from 'react'
import type { Schemas, StepUpAbout } from '@/shared/api'
import { type Fact, factsOf } from '@/shared/case/change'
import { fen, formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { MutationForm } from '@/ui/MutationForm'
import type { Case } from '../api/case'
import { command, type CommandName, type Content, useRefresh } from '../api/commands'
import { useText } from '../messages'
import css from './forms.module.css'

/** What every form of an action gets. */
export interface FormProps {
  one: Case
  action: Schemas['Action']
  onDone: () => void
  onCancel: () => void
}

interface Props<N extends CommandName> extends FormProps {
  name: N
  content: Content<N>
  missing?: string | undefined
  submit?: ReactNode
  danger?: boolean
  about?: StepUpAbout
  children?: (wrong: (field: string) => string | undefined) => ReactNode
}

/** The form of one command on a case: what follows from it, its fields, and what stands in the way. */
export function CommandForm<N extends CommandName>(props: Props<N>) {
  const { one, action, name, content, missing, about, danger = false, onDone, onCancel, children } = props
  const say = useText()
  const word = useWords()
  const refresh = useRefresh(one)
  return (
    <MutationForm
      content={content}
      send={(what, how) => command(one.id, name, what, about ? { ...how, about } : how)}
      onDone={() => {
        void refresh()
        onDone()
      }}
      revision={one.revision}
      facts={factsOf(one).map((fact) => [say(`fact.${fact.what}`), valueOf(fact, say, word)])}
      refresh={refresh}
      submit={props.submit ?? action.label}
      danger={danger}
      missing={missing}
      onCancel={onCancel}
    >
      {(wrong) => (
        <>
          {action.consequence && <p className={css.consequence}>{action.consequence}</p>}
          {children?.(wrong)}
        </>
      )}
    </MutationForm>
  )
}

function valueOf(fact: Fact, say: ReturnType<typeof useText>, word: ReturnType<typeof useWords>): string {
  switch (fact.what) {
    case 'stage':
    case 'outcome':
      return fact.words
    case 'answer':
      return say(`answer.${answers.find((one) => one === fact.code) ?? 'agree'}`)
    case 'rested':
      return fact.sides.map((side) => word('role', side)).join('、')
    case 'due':
      return formatMoment(fact.at)
    default:
      return formatMoney(fen(fact.minor))
  }
}

const answers = ['agree', 'refuse', 'offer', 'ask'] as const
