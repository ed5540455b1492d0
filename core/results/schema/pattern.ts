// May a text be tried against a pattern that somebody wrote? Some patterns take longer than the age of the universe.

/** Tries that one test may take, at the worst. */
const mostTries = 1e7;
const mostCharacters = 1000;
const mostKept = 500;

interface Tested {
  readonly regex: RegExp;
  /** How the tries grow with the text: to this power of its length, */
  readonly exponent: number;
  /** times this. */
  readonly factor: number;
}

export interface PatternTest {
  /** Null when it cannot be told within bounds: the pattern is no regular expression here, or too slow for the text. */
  readonly isMatch: boolean | null;
  /** That it may have taken, at the worst. */
  readonly tries: number;
}

const kept = new Map<string, Tested | null>();
const untold: PatternTest = { isMatch: null, tries: 0 };

/** Never takes long. */
export function testPattern(pattern: string, text: string): PatternTest {
  let tested = kept.get(pattern);
  if (tested === undefined) {
    if (kept.size >= mostKept) kept.clear();
    tested = prepared(pattern);
    kept.set(pattern, tested);
  }
  if (tested === null) return untold;
  const tries = tested.factor * Math.max(1, text.length) ** Math.max(1, tested.exponent);
  return tries > mostTries ? untold : { isMatch: tested.regex.test(text), tries };
}

function prepared(pattern: string): Tested | null {
  const growth = pattern.length > mostCharacters ? null : growthOf(pattern);
  const regex = growth === null ? null : compiled(pattern);
  return growth === null || regex === null ? null : { regex, ...growth };
}

/** Escapes that mean the same without the flag `u`; `\A`, `\Z` and `\p{L}` would be letters there. */
const plainEscape = /^\\(?:[dDwWsSbBtnrvfcx0-9]|u(?!\{)|[^A-Za-z])/;

function compiled(pattern: string): RegExp | null {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Some that are written for other languages are understood without the flag.
      const escapes = pattern.match(/\\[\s\S]\{?/g) ?? [];
      if (!escapes.every((one) => plainEscape.test(one))) return null;
    }
  }
  return null;
}

const quantifier = /^(?:[*+]|\{\d*,?\d*\})/;
/** Of a group that is not kept, that looks ahead or behind, or that has a name. */
const groupKind = /^\?(?:[:=!]|<[=!]|<[^>]*>)/;

/**
 * Backtracking tries at most length to the power of repetitions, and one more for where it begins; each time all choices.
 * @returns null where a repetition is repeated, or repeats a choice: there it may try two to the power of the length.
 */
function growthOf(pattern: string): Pick<Tested, 'exponent' | 'factor'> | null {
  const groups: { readonly isBranching: boolean; readonly forms: number }[] = [];
  let isBranching = false;
  /** Alternatives of the group that is open. */
  let forms = 1;
  let factor = 1;
  let exponent = pattern.startsWith('^') ? 0 : 1;
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
      groups.push({ isBranching, forms });
      isBranching = false;
      forms = 1;
      at += groupKind.exec(pattern.slice(at + 1, at + 100))?.[0].length ?? 0;
      continue;
    } else if (character === ')') {
      wasGroup = true;
      wasBranching = isBranching;
      factor *= forms;
      const outer = groups.pop() ?? { isBranching: false, forms: 1 };
      isBranching ||= outer.isBranching;
      forms = outer.forms;
    } else if (character === '|') {
      isBranching = true;
      forms++;
      continue;
    } else if (character === '?') {
      isBranching = true;
      factor *= 2;
      if (pattern[at + 1] === '?') at++;
      continue;
    }
    const found = quantifier.exec(pattern.slice(at + 1, at + 20))?.[0];
    if (found === undefined) continue;
    if (wasGroup && wasBranching) return null;
    at += found.length;
    if (/^\{\d+\}$/.test(found)) continue;
    if (pattern[at + 1] === '?') at++;
    isBranching = true;
    exponent++;
  }
  return { exponent, factor: factor * forms };
}

function endOfClass(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}
