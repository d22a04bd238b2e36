import { blocksOf, strongOf } from './markdown'

/** A notice as it was published. Nothing in it is taken for HTML. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="notice-words">
      {blocksOf(text).map((block, n) =>
        block.kind === 'list' ? (
          <ul key={n} className="points">
            {block.items.map((item) => (
              <li key={item}>
                <Words words={item} />
              </li>
            ))}
          </ul>
        ) : block.kind === 'heading' ? (
          <h3 key={n}>{block.words}</h3>
        ) : (
          <p key={n}>
            <Words words={block.words} />
          </p>
        ),
      )}
    </div>
  )
}

const Words = ({ words }: { words: string }) =>
  strongOf(words).map((part, n) => (n % 2 === 1 ? <b key={n}>{part}</b> : part))
