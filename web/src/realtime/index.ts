export { useConnection, useLive, useLiveCase, useLiveLists, useNews } from './hooks'
export type { State } from './connection'
export { caseChannel, ownChannels, type News } from './news'
