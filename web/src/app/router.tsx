import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { type FeatureRoute, may } from './feature'
import { features } from './features'
import { Crashed, Forbidden, Missing } from './pages'
import { queries } from './queries'
import { personQuery, useMe } from './session'
import { Shell } from './Shell'
import { homeOf } from './nav'

/* Addresses hold plain text: ?stage=review, not JSON. */
const parseSearch = (text: string) => Object.fromEntries(new URLSearchParams(text)) as Record<string, string>
const stringifySearch = (search: Record<string, unknown>) => {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value as string]],
  )
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : ''
}

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: Crashed })

/** The frame: for those who are signed in and have what their role must have. */
const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  component: Shell,
  notFoundComponent: Missing,
  beforeLoad: async ({ location }) => {
    const person = await queries.query(personQuery)
    const to = location.pathname === '/' ? '' : location.pathname + location.searchStr
    if (!person || person.role === 'customer') throw redirect({ to: '/sign-in', search: to ? { to } : {} } as never)
    if (person.must_enrol) throw redirect({ to: '/enrol', search: to ? { to } : {} } as never)
  },
})

const home = createRoute({
  getParentRoute: () => desk,
  path: '/',
  beforeLoad: async () => {
    const person = await queries.query(personQuery)
    if (person) throw redirect({ to: homeOf(person), replace: true } as never)
  },
})

function routeOf(route: FeatureRoute) {
  const Page = lazyRouteComponent(route.page, 'default')
  function Guarded() {
    return may(useMe(), route.roles) ? <Page /> : <Forbidden />
  }
  Guarded.preload = () => Page.preload?.()
  return createRoute({
    getParentRoute: () => (route.open ? root : desk),
    path: route.path,
    component: route.open ? Page : Guarded,
    errorComponent: Crashed,
  })
}

const all = features.flatMap((feature) => feature.routes)
const tree = root.addChildren([
  ...all.filter((route) => route.open).map(routeOf),
  desk.addChildren([home, ...all.filter((route) => !route.open).map(routeOf)]),
])

export const router = createRouter({
  routeTree: tree,
  basepath: '/staff',
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
})
