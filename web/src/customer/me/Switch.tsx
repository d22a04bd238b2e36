/** On or off. */
export function Switch({ label, on, busy, onTurn }: { label: string; on: boolean; busy: boolean; onTurn: () => void }) {
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={on}
      aria-label={label}
      aria-busy={busy}
      onClick={onTurn}
    >
      <span />
    </button>
  )
}
