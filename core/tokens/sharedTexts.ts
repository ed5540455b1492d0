// System prompts are the same in most requests of a file: count each of them once.
import type { TokenCounter } from './counter.ts';
import { longestExactRun } from './longRun.ts';

/** Shorter texts are counted as fast as they are looked up. */
const shortestShared = 64;
const mostTexts = 128;
/** No longer than the longest run that is counted exactly: what is remembered is exact. */
const mostCharacters = longestExactRun;

interface Shared {
  readonly counts: Map<string, number>;
  characters: number;
}

const sharedByCounter = new WeakMap<TokenCounter, Shared>();

/** `counter.count(text)`, remembered for a bounded number of texts. */
export function countShared(
  counter: TokenCounter,
  text: string,
  onInexact?: (errorTokens: number) => void,
): number {
  if (counter.isBound) return counter.count(text);
  if (text.length < shortestShared || text.length > mostCharacters) return counter.count(text, onInexact);
  let shared = sharedByCounter.get(counter);
  if (shared === undefined) {
    shared = { counts: new Map(), characters: 0 };
    sharedByCounter.set(counter, shared);
  }
  const known = shared.counts.get(text);
  if (known !== undefined) return known;
  if (shared.counts.size >= mostTexts || shared.characters + text.length > mostCharacters) {
    shared.counts.clear();
    shared.characters = 0;
  }
  const count = counter.count(text);
  shared.counts.set(text, count);
  shared.characters += text.length;
  return count;
}
