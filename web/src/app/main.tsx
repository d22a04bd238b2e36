import '@/shared/theme.css'
import '@/shared/theme'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { language } from '@/shared/i18n'
import { App } from './App'

document.documentElement.lang = language()

const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the screens')

createRoot(root).render(
  <StrictMode>
    <Suspense>
      <App />
    </Suspense>
  </StrictMode>,
)
