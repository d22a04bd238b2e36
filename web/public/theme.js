// Runs before the first paint, so that a page does not flash in the theme that was not chosen.
{
  let chosen = null
  try {
    chosen = localStorage.getItem('aftersales.theme')
  } catch {
    // a browser that keeps nothing: the system's theme
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = chosen === 'dark' || chosen === 'light' ? chosen : dark ? 'dark' : 'light'
}
