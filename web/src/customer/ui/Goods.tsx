import { Icon, type IconName } from './Icon'

const drawings: Record<string, IconName> = {
  shoes: 'shoes',
  clothes: 'clothes',
  electronics: 'electronics',
  phones: 'electronics',
  books: 'books',
  home: 'home',
  food: 'food',
  fresh: 'food',
  beauty: 'beauty',
  gift: 'gift',
}

/** The picture of an article: a drawing of its kind, in a tint of its own. Shops tell us no photographs. */
export function GoodsPicture({ category, size = 64 }: { category: string; size?: 44 | 64 | 88 }) {
  const drawing = drawings[category] ?? 'box'
  return (
    <span className={`goods s${size} ${drawing}`} aria-hidden="true">
      <Icon name={drawing} size={size === 44 ? 28 : size === 64 ? 40 : 56} />
    </span>
  )
}
