import type { Plugin } from 'vite'

/** Serves both entries while developing, as the program does: /staff and what is below it is the staff's page. */
export function entries(): Plugin {
  return {
    name: 'entries',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '/').split('?')[0] ?? '/'
        if (/^\/staff(\/|$)/.test(path) && !path.includes('.')) request.url = '/staff.html'
        next()
      })
    },
  }
}
