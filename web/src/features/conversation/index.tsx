import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'
import { useQueueNumber, useUnreadThreads } from './api/counts'
import { readKept } from './api/views'
import { addressOf } from './model/fields'

const platform = ['agent', 'supervisor', 'operator'] as const

/** Conversations: the workbench of those who answer, the live board of those who lead, and the threads of shops. */
export const conversation: Feature = {
  name: 'conversation',
  routes: [
    { path: 'chats', page: () => import('./ui/ChatsPage'), roles: platform },
    { path: 'board', page: () => import('./ui/BoardPage'), roles: ['supervisor', 'operator'] },
    { path: 'threads', page: () => import('./ui/ThreadsPage'), roles: ['merchant'] },
  ],
  nav: [
    {
      to: '/chats',
      label: { 'zh-CN': '会话', en: 'Conversations' },
      icon: icon(<path d="M3.5 4.5h13v9h-6.5L6.5 16.5v-3h-3zM7 9h.01M10 9h.01M13 9h.01" />),
      roles: platform,
      order: 15,
      letter: 'm',
      useCount: useQueueNumber,
    },
    {
      to: '/board',
      label: { 'zh-CN': '现场', en: 'Live board' },
      icon: icon(<path d="M3.5 16.5h13M5.5 13V9M10 13V4.5M14.5 13v-2.5" />),
      roles: ['supervisor', 'operator'],
      order: 16,
      letter: 'l',
    },
    {
      to: '/threads',
      label: { 'zh-CN': '平台消息', en: 'Messages' },
      icon: icon(<path d="M3.5 4.5h13v9h-6.5L6.5 16.5v-3h-3zM7 9h6" />),
      roles: ['merchant'],
      order: 25,
      letter: 'm',
      useCount: useUnreadThreads,
    },
  ],
  commands: [
    {
      id: 'chat.queue',
      label: { 'zh-CN': '排队的会话', en: 'Conversations that wait' },
      also: ['queue', 'paidui'],
      roles: platform,
      run: (go) => go('/chats?view=queue'),
    },
    {
      id: 'chat.mine',
      label: { 'zh-CN': '我的会话', en: 'My conversations' },
      also: ['mine', 'wode'],
      roles: ['agent'],
      run: (go) => go('/chats?view=mine'),
    },
    {
      id: 'chat.due',
      label: { 'zh-CN': '即将到期的会话和售后', en: 'Conversations and cases that fall due' },
      also: ['due', 'daoqi', 'deadline'],
      roles: platform,
      run: (go) => go('/chats?view=due'),
    },
    {
      id: 'chat.follow',
      label: { 'zh-CN': '待跟进', en: 'Follow-ups' },
      also: ['follow', 'genjin', 'todo'],
      roles: platform,
      run: (go) => go('/chats?view=follow'),
    },
    {
      id: 'chat.asked',
      label: { 'zh-CN': '等商家和快递答复', en: 'Questions to shops and carriers' },
      also: ['questions', 'dafu', 'carrier'],
      roles: platform,
      run: (go) => go('/chats?view=asked'),
    },
    {
      id: 'chat.search',
      label: { 'zh-CN': '查找聊天内容', en: 'Search messages' },
      also: ['search', 'chazhao', 'sousuo'],
      roles: platform,
      run: (go) => go('/chats?view=search'),
    },
  ],
  own: async (person, signal) => {
    if (!platform.some((role) => role === person.role)) return []
    const kept = await readKept(signal)
    return kept.map(({ id, name, query }) => ({ id: `chats.${id}`, title: name, to: addressOf(query) }))
  },
  background: { roles: platform, load: () => import('./ui/Background') },
}
