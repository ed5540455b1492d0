// What one history is made of: how much there is to send, how often things go wrong, and how.
import type { ApiProblem, BatchProvider, SubmitRequest } from '#jobs';
import type { Chance } from './chance.ts';
import type { ApiKind, Rates } from './fates.ts';
import type { Trouble } from './memoryProvider.ts';

export interface Plan {
  readonly requests: number;
  readonly parts: number;
  /** Input tokens that may wait at once; a request has ten. */
  readonly queueTokens: number | null;
  readonly rates: Rates;
  /** Of a call, and of the paid one. */
  readonly trouble: number;
  readonly createTrouble: number;
  /** Of a step: a call or a write, before and after. */
  readonly overtaken: number;
  readonly clockJumps: number;
  readonly foreign: number;
  /** Somebody sent the same requests before, not through us. */
  readonly hasTwin: boolean;
  readonly cancels: number;
  readonly diskFails: number;
  /** Steps that a process lives at most. */
  readonly lifetime: number;
  readonly lives: number;
  readonly retries: number;
  /** Attempts that are made without a person. */
  readonly retriesByItself: number;
  /** A file of the user's is where the results should go. */
  readonly hasUserFile: boolean;
}

export function planOf(kind: ApiKind, chance: Chance): Plan {
  const requests = 1 + chance.below(10);
  const some = (rate: number): number => (chance.happens(0.4) ? rate : 0);
  return {
    requests,
    parts: Math.min(requests, chance.pick([1, 1, 2, 3, 4])),
    queueTokens: chance.pick([null, null, 20, 60]),
    rates: {
      ...{ fails: some(0.3), lost: some(0.1), cutOff: some(0.1), duplicate: some(0.2) },
      ...{ surplus: some(0.5), expires: some(0.4), refused: some(0.15), queueFull: some(0.4) },
    },
    ...{ trouble: chance.pick([0, 0.05, 0.15, 0.3]), createTrouble: chance.pick([0, 0.2, 0.6]) },
    overtaken: some(0.06),
    clockJumps: some(0.03),
    // Only where batches carry no mark can somebody else's be taken for ours.
    foreign: kind === 'anthropic' ? some(0.1) : some(0.02),
    hasTwin: chance.happens(0.2),
    cancels: chance.happens(0.25) ? 0.02 : 0,
    diskFails: some(0.05),
    lifetime: chance.pick([6, 15, 40, 150]),
    lives: chance.pick([2, 5, 10]),
    ...{ retries: chance.pick([0, 1, 2]), retriesByItself: chance.pick([0, 0, 1, 2]) },
    hasUserFile: chance.happens(0.15),
  };
}

const problems = ['interrupted', 'interrupted', 'server', 'server', 'throttled', 'unreachable'] as const;

export function troubleOf(plan: Plan, call: keyof BatchProvider, chance: Chance): Trouble | null {
  if (!chance.happens(call === 'create' ? Math.max(plan.createTrouble, plan.trouble) : plan.trouble))
    return null;
  const problem = rareProblem(call, chance) ?? chance.pick(problems);
  // Only where it is not certain can it have been done.
  const acted = (problem === 'interrupted' || problem === 'server') && chance.happens(0.5);
  return { acted, problem, lateMs: acted ? chance.below(50_000) : 0 };
}

function rareProblem(call: keyof BatchProvider, chance: Chance): ApiProblem['kind'] | null {
  if (!chance.happens(0.08)) return null;
  if (call === 'create' || call === 'upload') return chance.pick(['rejected', 'local', 'unauthorized']);
  if (call === 'get') return chance.pick(['notFound', 'unauthorized']);
  return call === 'download' ? chance.pick(['local', 'unauthorized']) : null;
}

/** Cut into ranges of lines that follow each other. */
export function partsOf(plan: Plan, lines: readonly string[], chance: Chance): SubmitRequest['parts'] {
  if (plan.parts < 2) return undefined;
  const cuts = new Set<number>();
  while (cuts.size < plan.parts - 1) cuts.add(1 + chance.below(lines.length - 1));
  const starts = [0, ...[...cuts].toSorted((a, b) => a - b)];
  let offset = 0;
  return starts.map((firstLine, at) => {
    const own = lines.slice(firstLine, starts[at + 1] ?? lines.length);
    const sizeBytes = own.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const part = { firstLine, lines: own.length, offset, sizeBytes, requests: own.length };
    offset += sizeBytes;
    return { ...part, tokens: 10 * own.length, uncountedRequests: 0 };
  });
}
