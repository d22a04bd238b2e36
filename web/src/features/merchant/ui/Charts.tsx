import type { Bar } from '../model/figures'
import css from './figures.module.css'

interface Props {
  label: string
  bars: readonly Bar[]
  /** Bars that stand out. */
  mark?: (key: string) => boolean
  show?: (value: number) => string
}

/** Lying bars with their words and numbers beside them; the table below tells the same to those who listen. */
export function BarChart({ label, bars, mark = () => false, show = String }: Props) {
  return (
    <figure className={css.chart} aria-label={label} role="group">
      <div className={css.bars} aria-hidden="true">
        {bars.map((bar) => (
          <div key={bar.key} className={css.bar} data-mark={mark(bar.key) || undefined}>
            <span className={css.barLabel}>{bar.label}</span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none">
              <rect className={css.track} width="100" height="10" rx="1" />
              <rect className={css.fill} width={Math.max(bar.part, bar.value > 0 ? 1 : 0)} height="10" rx="1" />
            </svg>
            <span className="figures">{show(bar.value)}</span>
          </div>
        ))}
      </div>
    </figure>
  )
}

const radius = 42
const round = 2 * Math.PI * radius

/** A part of all as a ring around its percentage. */
export function Ring({ hundredths, label }: { hundredths: number; label: string }) {
  return (
    <svg className={css.ringChart} viewBox="0 0 100 100" role="img" aria-label={label}>
      <circle className={css.track} cx="50" cy="50" r={radius} fill="none" strokeWidth="10" />
      <circle
        className={css.fill}
        cx="50"
        cy="50"
        r={radius}
        fill="none"
        strokeWidth="10"
        strokeDasharray={`${(round * hundredths) / 100} ${round}`}
        transform="rotate(-90 50 50)"
      />
      <text x="50" y="50" textAnchor="middle" dominantBaseline="central" className="figures">
        {hundredths}%
      </text>
    </svg>
  )
}
