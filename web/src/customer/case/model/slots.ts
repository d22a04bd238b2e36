/** A time in which a courier may come. */
export interface Slot {
  readonly after: Date
  readonly before: Date
}

const hours = [9, 11, 13, 15, 17] as const
const length = 2

/** The slots of three days from now on, day by day. One that begins within the hour is too soon for anybody. */
export function slotsFrom(now: number): readonly (readonly Slot[])[] {
  return [0, 1, 2].map((day) =>
    hours.flatMap((hour) => {
      const after = new Date(now)
      after.setDate(after.getDate() + day)
      after.setHours(hour, 0, 0, 0)
      const before = new Date(after)
      before.setHours(hour + length)
      return after.getTime() < now + 3600_000 ? [] : [{ after, before }]
    }),
  )
}

const two = (n: number) => String(n).padStart(2, '0')

/** `13:00–15:00` */
export const hoursOf = ({ after, before }: Slot): string =>
  `${two(after.getHours())}:${two(after.getMinutes())}–${two(before.getHours())}:${two(before.getMinutes())}`
