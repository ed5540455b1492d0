// About how many tokens has a run that is too long to be merged whole? Some of its segments are counted, and it is said
// how far off that may be: a line of 100 MB without a blank is answered in seconds, too.

/** In UTF-16 units. Up to here a run is counted exactly, a million letters in a second. */
export const longestExactRun = 1 << 20;

const segments = 64;
const segmentLength = 1 << 14;
/** Three standard errors: so far off it is once in some hundred runs. */
const deviations = 3;

export interface RunEstimate {
  readonly tokens: number;
  /** The tokens that it may be off. */
  readonly errorTokens: number;
}

/** @param countSegment exact tokens of a part of the run, far shorter than all of it. */
export function estimateRun(
  text: string,
  start: number,
  end: number,
  countSegment: (start: number, end: number) => number,
): RunEstimate {
  const stride = (end - start) / segments;
  const counts: number[] = [];
  // Places that follow no period of the text, and the same each time: the generator of Numerical Recipes.
  let state = 20261121;
  for (let i = 0; i < segments; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const offset = i * stride + (state / 2 ** 32) * (stride - segmentLength);
    const from = afterHalf(text, start + Math.floor(offset));
    counts.push(countSegment(from, afterHalf(text, from + segmentLength)));
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / segments;
  // From neighbours, as for any sample taken along a line: a text that changes half-way is not uncertain for that.
  const variance =
    counts.slice(1).reduce((sum, count, i) => sum + (count - (counts[i] ?? 0)) ** 2, 0) /
    (2 * (segments - 1));
  const share = (end - start) / segmentLength;
  // Where a segment was cut out of the run, a token may have been cut in two.
  const error = deviations * Math.sqrt(variance / segments) + 1;
  return { tokens: Math.round(mean * share), errorTokens: error * share };
}

/** Not in the middle of a surrogate pair. */
function afterHalf(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at + 1 : at;
}
