import { useText } from './messages'

export function App() {
  const say = useText()
  return (
    <main>
      <h1>{say('title')}</h1>
    </main>
  )
}
