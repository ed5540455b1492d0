// Does a program that reads this number get another one?

/** Every whole number of so many digits is exact as a floating-point number. */
export const exactDigits = 15;
/** The longest whole numbers that fit into 64 bits have twenty characters. */
const longestInteger = 20;
const most64Bits = 2n ** 64n - 1n;
const least64Bits = -(2n ** 63n);

/** @param token a number as JSON writes it. @returns what becomes of it, as a clause; null for one that stays as it is. */
export function numberLoss(token: string): string | null {
  if (token.length <= exactDigits && !/[eE]/.test(token)) return null;
  const read = Number(token);
  if (!Number.isFinite(read)) return `becomes ${read} in most programs; write a smaller number`;
  // What has a fraction or an exponent is meant to be rounded.
  if (/[.eE]/.test(token)) return null;
  if (token.length > longestInteger + 1 || !fits64Bits(BigInt(token))) {
    return 'is beyond 64 bits and changes or is refused in most programs; write it as a string';
  }
  const exact = BigInt(read);
  return exact === BigInt(token)
    ? null
    : `is beyond 2^53 and becomes ${exact} in many programs; write it as a string`;
}

function fits64Bits(value: bigint): boolean {
  return value >= least64Bits && value <= most64Bits;
}
