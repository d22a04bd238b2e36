import type { Plugin } from 'vite'

/** The words of the customers' pages in the language that most of them read. */
const most = 'src/customer/messages/zh-CN.ts'

/** Lets the words that the first screen needs come together with its program, not after it. */
export function words(): Plugin {
  return {
    name: 'words',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, filename }) {
        if (!filename.endsWith('/index.html')) return []
        const file = Object.values(bundle ?? {}).find(
          (one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(most) === true,
        )
        if (!file) throw new Error(`${most} is no file of its own any more`)
        return [
          {
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file.fileName}` },
            injectTo: 'head',
          },
        ]
      },
    },
  }
}
