import type { Schemas } from '@/shared/api'

type Place = Schemas['Place']

/** An address in one line, as parcels are addressed: from the province down, then who receives it. */
export const placeText = (place: Place): string =>
  `${[place.province, place.city, place.district, place.street].filter(Boolean).join(' ')} (${place.name} ${place.phone})`

export const emptyPlace: Place = { name: '', phone: '', province: '', city: '', district: '', street: '' }

/** What an address needs that goods reach it. */
export const placeNeeds = ['name', 'phone', 'city', 'street'] as const

export type PlaceNeed = (typeof placeNeeds)[number]

export const lackingOf = (place: Place): PlaceNeed | undefined => placeNeeds.find((name) => place[name].trim() === '')

/** The address without what surrounds it and what was left empty. */
export function tidied(place: Place): Place {
  const { name, phone, city, street } = place
  const [province, district] = [place.province?.trim(), place.district?.trim()]
  return {
    name: name.trim(),
    phone: phone.normalize('NFKC').replace(/[\s-]/g, ''),
    ...(province ? { province } : {}),
    city: city.trim(),
    ...(district ? { district } : {}),
    street: street.trim(),
  }
}
