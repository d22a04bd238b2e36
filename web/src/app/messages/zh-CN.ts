export default {
  title: '售后工作台',
}
