import '@/shared/theme.css'
import './style/index.css'
import '@/shared/theme'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { announceArrival } from '@/shared/arrival'
import { language } from '@/shared/i18n'
import { App } from './App'
import { load } from './messages'
import { queries } from './query'
import { ahead } from './routes'
import { askWhoIsHere } from './session'
import { begin } from './shell/router'

document.documentElement.lang = language()
void load() // while the rest of the program is read
askWhoIsHere()
ahead(location.pathname)
begin()
announceArrival() // a page in another tab may wait for somebody who comes over from the shop again

const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the screens')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Suspense>
        <App />
      </Suspense>
    </QueryClientProvider>
  </StrictMode>,
)
