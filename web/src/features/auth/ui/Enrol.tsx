export default function Enrol() {
  return null
}
