export default {
  title: '售后服务',
}
