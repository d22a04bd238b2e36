export { useConnection, useLive, useLiveCase, useLiveChat, useLiveLists, useNews } from './hooks'
export type { Sign, State } from './connection'
export { caseChannel, type ChatNews, ownChannels, type News } from './news'
