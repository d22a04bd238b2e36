import { useQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'
import { language } from '@/shared/language'

/** The carriers whose waybills are known. */
export const useCarriers = () =>
  useQuery({
    queryKey: ['carriers', language()],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/carriers', { signal }))).items,
    staleTime: Infinity,
  }).data ?? []

/** What a carrier is called; its code, until that is known. */
export function useCarrierName(): (code: string) => string {
  const carriers = useCarriers()
  return (code) => carriers.find((one) => one.code === code)?.name ?? code.toUpperCase()
}

const shapes: readonly (readonly [RegExp, string])[] = [
  [/^SF\d{12,13}$/i, 'sf'],
  [/^YT\d{13}$/i, 'yto'],
  [/^JT\d{13}$/i, 'jt'],
  [/^JD[A-Z]{0,2}\d{9,14}/i, 'jd'],
  [/^E[A-Z]\d{9}CN$/i, 'ems'],
]

/** The carrier that a number looks like, for a start; the person may choose another. */
export const carrierOf = (number: string): string | undefined => shapes.find(([shape]) => shape.test(number))?.[1]
