// Which requests fail because a fault was asked for, and what is said of them?
import { type FaultCounter, type Faults, strikesNow } from '../faults.ts';
import { hash32 } from '../random.ts';
import type { CodeName } from './errors.ts';

type Reason = readonly [CodeName, string];

/** A believable reason, the same for the same key and seed; half of them INTERNAL, as python-genai #1341 tells. */
export function struckBy(key: string, seed: number): Reason {
  const internal: Reason = ['INTERNAL', 'Internal error encountered.'];
  const reasons: readonly Reason[] = [
    internal,
    ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
    internal,
    ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
    internal,
    ['INVALID_ARGUMENT', 'The input token count exceeds the maximum number of tokens allowed 1048576.'],
  ];
  return reasons[hash32(`${key}/reason`, seed) % reasons.length] ?? internal;
}

/** Null: this request does not fail. */
export function strikeNow(text: string, faults: Faults, counter: FaultCounter): Reason | null {
  if (!strikesNow(text, faults, counter)) return null;
  const [name, message] = struckBy(text, faults.seed);
  // A limit is said when it is reached.
  return name === 'RESOURCE_EXHAUSTED' ? ['INTERNAL', 'An internal error has occurred.'] : [name, message];
}
