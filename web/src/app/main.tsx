import '@/shared/theme.css'
import '@/shared/theme'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthDialogs } from '@/features/auth'
import { language } from '@/shared/i18n'
import { Antd } from './antd'
import { queries } from './queries'
import { router } from './router'

document.documentElement.lang = language()

const root = document.getElementById('root')
if (!root) throw new Error('the page has no place for the screens')

createRoot(root).render(
  <StrictMode>
    <Suspense>
      <QueryClientProvider client={queries}>
        <Antd>
          <RouterProvider router={router} />
          <AuthDialogs />
        </Antd>
      </QueryClientProvider>
    </Suspense>
  </StrictMode>,
)
