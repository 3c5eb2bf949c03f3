/** True for text that is Unicode (no lone surrogate) and that PostgreSQL can keep (no NUL). */
export function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** The number of characters as PostgreSQL and JSON Schema count them: code points, not UTF-16 units. */
export function characterCount(value: string): number {
  let count = value.length
  for (let index = 0; index < value.length - 1; index++) {
    const unit = value.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdbff) {
      count--
      index++
    }
  }
  return count
}
