/** How far one is in a form: a segment for each step, and the step's name for those who listen. */
export function Segments({ at, of, label }: { at: number; of: number; label: string }) {
  return (
    <div
      className="segments"
      role="progressbar"
      aria-valuemin={1}
      aria-valuemax={of}
      aria-valuenow={at + 1}
      aria-valuetext={label}
      aria-label={label}
    >
      {Array.from({ length: of }, (_, n) => (
        <span key={n} className={n < at ? 'done' : n === at ? 'now' : ''} />
      ))}
    </div>
  )
}
