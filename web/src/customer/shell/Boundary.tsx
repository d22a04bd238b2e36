import { Component, type ReactNode } from 'react'
import { text } from '../messages'
import { Button, Empty } from '../ui'

/** A screen that broke, or whose files could not be loaded, is told in its place; the rest of the page stays. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <main id="main">
        <Empty
          icon="alert"
          title={text('ui.failed')}
          action={
            <Button icon="again" onClick={() => location.reload()}>
              {text('ui.reload')}
            </Button>
          }
        >
          {text('ui.broken')}
        </Empty>
      </main>
    )
  }
}
