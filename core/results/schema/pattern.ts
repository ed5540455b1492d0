// May a text be tried against a pattern that somebody wrote? Some patterns take longer than the age of the universe.

/** Tries that one test may take, at the worst. */
const mostTries = 1e7;
const mostCharacters = 1000;
const mostKept = 500;

interface Tested {
  readonly regex: RegExp;
  /** Of texts that are tried. */
  readonly mostCharacters: number;
}

const kept = new Map<string, Tested | null>();

/** @returns null when it cannot be told within bounds: the pattern is no regular expression here, or too slow for the text. */
export function matchesPattern(pattern: string, text: string): boolean | null {
  let tested = kept.get(pattern);
  if (tested === undefined) {
    if (kept.size >= mostKept) kept.clear();
    tested = prepared(pattern);
    kept.set(pattern, tested);
  }
  return tested === null || text.length > tested.mostCharacters ? null : tested.regex.test(text);
}

function prepared(pattern: string): Tested | null {
  const exponent = pattern.length > mostCharacters ? null : exponentOf(pattern);
  const regex = exponent === null ? null : compiled(pattern);
  return exponent === null || regex === null
    ? null
    : { regex, mostCharacters: mostTries ** (1 / Math.max(1, exponent)) };
}

function compiled(pattern: string): RegExp | null {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Some that are written for other languages are understood without the flag.
    }
  }
  return null;
}

const quantifier = /^(?:[*+]|\{\d*,?\d*\})/;

/**
 * Backtracking tries at most length to this power: one for each repetition, and one for where it begins.
 * @returns null where a repetition is repeated, or repeats a choice: there it may try two to the power of the length.
 */
function exponentOf(pattern: string): number | null {
  const groups: boolean[] = [];
  let isBranching = false;
  let repetitions = pattern.startsWith('^') ? 0 : 1;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    let wasGroup = false;
    let wasBranching = false;
    if (character === '\\') {
      // A reference to what a group found may take exponentially long, too.
      if (/[1-9k]/.test(pattern[at + 1] ?? '')) return null;
      at++;
    } else if (character === '[') at = endOfClass(pattern, at);
    else if (character === '(') {
      groups.push(isBranching);
      isBranching = false;
      continue;
    } else if (character === ')') {
      wasGroup = true;
      wasBranching = isBranching;
      isBranching = (groups.pop() ?? false) || isBranching;
    } else if (character === '|' || character === '?') {
      isBranching = true;
      continue;
    }
    const found = quantifier.exec(pattern.slice(at + 1, at + 20))?.[0];
    if (found === undefined) continue;
    if (wasGroup && wasBranching) return null;
    at += found.length;
    if (/^\{\d+\}$/.test(found)) continue;
    isBranching = true;
    repetitions++;
  }
  return repetitions;
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}
