/** What a request may need from the person while it is under way. Each entry answers with a dialog of its own. */

export interface StepUpAsk {
  /** The request that the fresh factor is for, as it will be sent. */
  method: string
  path: string
  bodySHA256: string
  /** What it is, for the person: shown in the dialog. */
  about: StepUpAbout | undefined
}

export interface StepUpAbout {
  title: string
  /** Amount, reason and what else is decided, one pair a line. */
  facts?: readonly (readonly [label: string, value: string])[]
}

interface Hooks {
  /** Signs in again. Resolves to true when the same person is signed in, so that the request can be repeated. */
  signInAgain: () => Promise<boolean>
  /** Brings a fresh factor. Resolves to the token, or to null when the person thinks better of it. */
  stepUp: (ask: StepUpAsk) => Promise<string | null>
}

let hooks: Partial<Hooks> = {}

export function setHooks(some: Partial<Hooks>): void {
  hooks = { ...hooks, ...some }
}

let signingIn: Promise<boolean> | null = null

/** However many requests find the session ended, the person is asked once. */
export function signInAgain(): Promise<boolean> {
  signingIn ??= (hooks.signInAgain?.() ?? Promise.resolve(false)).finally(() => {
    signingIn = null
  })
  return signingIn
}

let last: Promise<unknown> = Promise.resolve()

/** One fresh factor after the other: two dialogs at once would be one too many. */
export function stepUp(ask: StepUpAsk): Promise<string | null> {
  const next = last.then(() => hooks.stepUp?.(ask) ?? null)
  last = next.catch(() => null)
  return next
}
