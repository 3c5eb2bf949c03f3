/** A decimal number as a text, without an exponent: `-12.50`. */
export const decimalPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** Less than, equal to or greater than zero, as `left` is to `right`; exact, however many digits they have. */
export function compareDecimals(left: string, right: string): number {
  const scale = Math.max(fractionOf(left).length, fractionOf(right).length)
  const difference = scaled(left, scale) - scaled(right, scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? ''
}

function scaled(text: string, scale: number): bigint {
  const [whole = '0'] = text.split('.')
  return BigInt(whole + fractionOf(text).padEnd(scale, '0'))
}
