import { Button } from 'antd'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { StatusTag } from '@/ui/StatusTag'
import { useMoved } from '../api/deadlines'
import { useText } from '../messages'
import { amountOf } from '../model/deadlines'
import css from './deadlines.module.css'

/** What became of a move: while it is under way how far it is, then whom it reached. */
export function MoveResult({ id, onClose }: { id: string; onClose: () => void }) {
  const say = useText()
  const { data, error, refetch } = useMoved(id)
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} />
  const { n, unit } = amountOf(data.seconds)
  return (
    <section className={css.result} role="status">
      <StatusTag tone={data.done_at ? 'good' : 'wait'}>{say(data.done_at ? 'moved.done' : 'moved.running')}</StatusTag>
      <p>
        {say('moved.sentence', { count: data.moved, amount: say(`deadlines.by.${unit}`, { count: n }) })}
        {data.untouched > 0 && ` ${say('moved.untouched', { count: data.untouched })}`} <small>{data.reason}</small>
      </p>
      {data.done_at && (
        <Button size="small" onClick={onClose}>
          {say('moved.close')}
        </Button>
      )}
    </section>
  )
}
