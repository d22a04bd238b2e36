/** Serial numbers as they are typed or scanned: one a line, or with commas between; each once. */
export const serialsOf = (typed: string): readonly string[] => [
  ...new Set(
    typed
      .split(/[\n,，;；\t]+/)
      .map((one) => one.trim())
      .filter(Boolean),
  ),
]
