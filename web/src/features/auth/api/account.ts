import { api, sending, type StepUpAbout, take } from '@/shared/api'

export const sessions = async () => (await take(api.GET('/v1/me/sessions', {}))).items
export const endSession = (id: string) => api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } })
export const endOthers = () => take(api.DELETE('/v1/me/sessions', {}))
export const changePassword = (present: string, next: string) => api.PUT('/v1/me/password', { body: { present, next } })

export const own = () => take(api.GET('/v1/me/account', {}))

/** All that one's own account shows, in one piece. */
export async function copyOfMine() {
  const [account, signedIn, second, tied] = await Promise.all([
    own(),
    sessions(),
    take(api.GET('/v1/factors', {})),
    ties(),
  ])
  return { account, sessions: signedIn, factors: second, ties: tied }
}

export const ties = async () => (await take(api.GET('/v1/me/elsewhere', {}))).items

export async function tie(id: string, about: StepUpAbout): Promise<void> {
  const body = { to: '/staff/account' }
  const { url } = await take(
    api.POST('/v1/me/elsewhere/{id}', { params: { path: { id } }, body, fetch: sending({ about }) }),
  )
  location.assign(url)
}

export const untie = (id: string, about: StepUpAbout) =>
  api.DELETE('/v1/me/elsewhere/{id}', { params: { path: { id } }, fetch: sending({ about }) })

export const openLink = (token: string) => take(api.POST('/v1/links/open', { body: { token } }))
export const spendLink = (body: { token: string; login?: string; password: string }) =>
  api.POST('/v1/links/use', { body })
