// What can be made to go wrong, and how is it asked for? One table serves the parser, `simulate --help` and the docs.
import { hash32 } from './random.ts';

/** How much of a batch is meant: a percentage of its rows, or a number of rows. */
export interface Share {
  readonly of: 'percent' | 'count';
  readonly amount: number;
}

type Takes = 'share' | 'count' | 'seconds' | 'milliseconds' | 'switch' | 'number';

interface FaultRow {
  readonly takes: Takes;
  /** What the name alone means (`stall` is `stall=1`); null where a value is needed. */
  readonly alone: Share | number | boolean | null;
  readonly without: Share | number | boolean;
  readonly about: string;
}

const none: Share = { of: 'count', amount: 0 };
const share = (about: string): FaultRow & { takes: 'share' } => ({
  takes: 'share',
  alone: null,
  without: none,
  about,
});
const count = (about: string): FaultRow & { takes: 'count' } => ({
  takes: 'count',
  alone: 1,
  without: 0,
  about,
});

const faultTable = {
  fail: share('this share of the rows fails, with codes as the provider gives them'),
  expire: share('the batch expires with this share of the rows unfinished'),
  missing: share('this share of the finished rows is in neither result file'),
  surplus: count('N result rows carry ids that nobody sent'),
  duplicate: count('N result rows are there twice'),
  shuffle: {
    takes: 'switch',
    alone: true,
    without: true,
    about: 'results in another order than the requests (on unless shuffle=off)',
  },
  seed: {
    takes: 'number',
    alone: null,
    without: 1,
    about: 'another seed fails other rows and shuffles otherwise',
  },
  'drop-create-answer': count('the first N batches are created, but the connection dies before the answer'),
  'drop-create-request': count('the first N create calls die before anything is created'),
  'upload-reset': count('the first N uploads are cut off midway'),
  'queue-full': count(
    'the first N batches are turned away, as with a full queue: token_limit_exceeded, or 429 at Gemini and Anthropic',
  ),
  'poll-404': count('each new batch is not found the first N times it is asked for'),
  '429': count('the first N calls are refused with 429'),
  'retry-after': {
    takes: 'seconds',
    alone: null,
    without: 1,
    about: 'what the 429 answers say in Retry-After',
  },
  '500': count('the first N calls fail with 500'),
  stall: count('the first N calls are never answered'),
  'slow-download': {
    takes: 'milliseconds',
    alone: 2000,
    without: 0,
    about: 'each download of a file takes about this long',
  },
  'download-reset': count('the first N downloads are cut off midway'),
  'drop-answer': count(
    'the first N requests of "run" are answered, but the connection dies before the answer',
  ),
  rpm: {
    takes: 'number',
    alone: null,
    without: 0,
    about: 'requests a minute that "run" may make; 429 beyond them',
  },
  tpm: {
    takes: 'number',
    alone: null,
    without: 0,
    about: 'tokens a minute of requests of "run", by their length; 429 beyond them',
  },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof faultTable;
type ValueOf<T> = T extends 'share' ? Share : T extends 'switch' ? boolean : number;

/** Every fault with its value; what was not asked for has the value that does nothing. */
export type Faults = { readonly [K in FaultName]: ValueOf<(typeof faultTable)[K]['takes']> };

const forms: Readonly<Record<Takes, string>> = {
  share: '=N|N%',
  count: '[=N]',
  seconds: '=SECONDS',
  milliseconds: '[=MS]',
  switch: '[=on|off]',
  number: '=N',
};

/** In the order of the table, but that numbers, which objects put first, come last. */
const names = (Object.keys(faultTable) as readonly FaultName[]).toSorted(
  (a, b) => Number(/^\d/.test(a)) - Number(/^\d/.test(b)),
);

/** One row per fault for help texts and documentation, e.g. `{ form: 'fail=N|N%', about: '…' }`. */
export const faultHelp: readonly { readonly form: string; readonly about: string }[] = names.map((name) => ({
  form: name + forms[faultTable[name].takes],
  about: faultTable[name].about,
}));

const noFaults: Faults = Object.fromEntries(
  Object.entries(faultTable).map(([name, row]) => [name, row.without]),
) as Faults;

/**
 * Reads a comma-separated list such as `fail=3%,drop-create-answer=1,seed=7`. An empty list is no faults.
 * A mistake is one sentence in `problem` that names what would be right.
 */
export function parseFaults(spec: string): Faults | { readonly problem: string } {
  const values: Record<string, Share | number | boolean> = { ...noFaults };
  for (const part of spec.split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = at === -1 ? part : part.slice(0, at).trim();
    if (!Object.hasOwn(faultTable, name)) {
      return {
        problem: `There is no fault "${name}"; use one of ${names.join(', ')}.`,
      };
    }
    const row: FaultRow = faultTable[name as FaultName];
    const value = at === -1 ? row.alone : readValue(row.takes, part.slice(at + 1).trim());
    if (value === null) return { problem: `"${part}" does not fit: write ${name}${forms[row.takes]}.` };
    values[name] = value;
  }
  return values as unknown as Faults;
}

function readValue(takes: Takes, text: string): Share | number | boolean | null {
  if (takes === 'switch') return text === 'on' ? true : text === 'off' ? false : null;
  if (takes === 'share' && /^\d+(\.\d+)?%$/.test(text)) {
    const amount = Number(text.slice(0, -1));
    return amount <= 100 ? { of: 'percent', amount } : null;
  }
  if (takes === 'seconds' && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{1,9}$/.test(text)) return null;
  return takes === 'share' ? { of: 'count', amount: Number(text) } : Number(text);
}

/** How many of `total` rows a share means: a percentage is rounded, a count is at most all of them. */
export function rowsOf(part: Share, total: number): number {
  const rows = part.of === 'percent' ? Math.round((total * part.amount) / 100) : part.amount;
  return Math.min(total, rows);
}

/** At once: a share of the requests fails, the same ones each time; a number of them once. */
export function strikesNow(text: string, { fail, seed }: Faults, counter: FaultCounter): boolean {
  return fail.of === 'percent'
    ? hash32(text, seed) % 10_000 < rowsOf(fail, 10_000)
    : counter.strikes('fail', fail.amount);
}

/** Faults that strike the first N calls: counts down in memory, so a restarted simulator starts anew. */
export class FaultCounter {
  readonly #left = new Map<string, number>();

  /** True N times for each key, then false for good. */
  strikes(key: string, times: number): boolean {
    const left = this.#left.get(key) ?? times;
    if (left <= 0) return false;
    this.#left.set(key, left - 1);
    return true;
  }
}
