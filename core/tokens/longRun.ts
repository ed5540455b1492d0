// About how many tokens has a run that is too long to be merged whole? Some of its segments are counted, and it is said
// how far off that may be: a line of 100 MB without a blank is answered in seconds, too.

import { characterStart } from './split.ts';

/** In bytes of UTF-8. Up to here a run is counted exactly, a million letters within a second. */
export const longestExactRun = 3 << 20;

const segments = 32;
const segmentBytes = 1 << 13;
/** Three standard errors: so far off it is once in some hundred runs. */
const deviations = 3;

export interface RunEstimate {
  readonly tokens: number;
  /** The tokens that it may be off. */
  readonly errorTokens: number;
}

/** @param countSegment exact tokens of a part of the run, far shorter than all of it. */
export function estimateRun(
  bytes: Uint8Array,
  end: number,
  countSegment: (start: number, end: number) => number,
): RunEstimate {
  const stride = end / segments;
  const counts: number[] = [];
  // Places that follow no period of the text, and the same each time: the generator of Numerical Recipes.
  let state = 20261121;
  for (let i = 0; i < segments; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const offset = i * stride + (state / 2 ** 32) * (stride - segmentBytes);
    const from = characterStart(bytes, Math.floor(offset));
    counts.push(countSegment(from, characterStart(bytes, from + segmentBytes)));
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / segments;
  // From neighbours, as for any sample taken along a line: a text that changes half-way is not uncertain for that.
  const variance =
    counts.slice(1).reduce((sum, count, i) => sum + (count - (counts[i] ?? 0)) ** 2, 0) /
    (2 * (segments - 1));
  const share = end / segmentBytes;
  // Where a segment was cut out of the run, a token may have been cut in two.
  const error = deviations * Math.sqrt(variance / segments) + 1;
  return { tokens: Math.round(mean * share), errorTokens: error * share };
}
