import zh from './zh-CN'
export default zh as never
