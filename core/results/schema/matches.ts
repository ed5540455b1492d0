// Does a text match the pattern of a schema? Paid for by what it may have taken.
import type { Judge } from './fit.ts';
import { testPattern } from './pattern.ts';

/** As many tries take as long as one step of the judge. */
const triesOfStep = 500;

/** @returns null when it cannot be told. */
export function matches(pattern: string, text: string, judge: Judge): boolean | null {
  const { isMatch, tries } = testPattern(pattern, text);
  judge.spend(1 + tries / triesOfStep);
  if (isMatch === null) judge.doubt();
  return isMatch;
}
