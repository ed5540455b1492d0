// Which requests fail because a fault was asked for, and what is said of them?
import { type FaultCounter, type Faults, rowsOf } from '../faults.ts';
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

/** At once: a share of the requests fails, the same ones each time; a number of them once. Null: this one does not. */
export function strikeNow(text: string, { fail, seed }: Faults, counter: FaultCounter): Reason | null {
  const isStruck =
    fail.of === 'percent'
      ? hash32(text, seed) % 10_000 < rowsOf(fail, 10_000)
      : counter.strikes('fail', fail.amount);
  if (!isStruck) return null;
  const [name, message] = struckBy(text, seed);
  // A limit is said when it is reached.
  return name === 'RESOURCE_EXHAUSTED' ? ['INTERNAL', 'An internal error has occurred.'] : [name, message];
}
