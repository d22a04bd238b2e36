import { Button } from 'antd'
import type { Rows } from './DataTable'
import { useText } from './messages'
import { Wrong } from './Wrong'

type Props = Pick<
  Rows<unknown>,
  'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'fetchNextPage' | 'error'
>

/** The next page of a short list, by a button. */
export function More({ hasNextPage, isFetchingNextPage, isFetchNextPageError = false, fetchNextPage, error }: Props) {
  const say = useText()
  if (!hasNextPage) return null
  return (
    <div style={{ paddingTop: 'var(--s3)', textAlign: 'center' }}>
      <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {say(isFetchNextPageError ? 'retry' : 'table.next')}
      </Button>
      {isFetchNextPageError && <Wrong error={error} />}
    </div>
  )
}
