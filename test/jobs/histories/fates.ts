// What becomes of a batch at the provider in memory, and the files that say so.
import type { BatchApi } from '#core';
import type { Chance } from './chance.ts';
import { type Said, saidLine } from './saidLines.ts';

export type ApiKind = BatchApi['kind'];

/** How a batch ends unless somebody cancels it. `turnedAway`: the queue is full; `failed`: refused as a whole. */
export type End = 'completed' | 'expired' | 'failed' | 'turnedAway';

/** What the provider found out about a request, whether it says so or not. */
export type Found = 'succeeded' | 'failed';

/** How often things go wrong in one history. */
export interface Rates {
  readonly fails: number;
  readonly lost: number;
  readonly cutOff: number;
  readonly duplicate: number;
  readonly surplus: number;
  readonly expires: number;
  readonly refused: number;
  readonly queueFull: number;
}

export interface Fate {
  readonly end: End;
  readonly durationMs: number;
  /** By id. Those that are lost were billed, and no file speaks of them. */
  readonly found: ReadonlyMap<string, Found | 'lost' | 'cutOff'>;
  readonly duplicates: ReadonlySet<string>;
  readonly surplus: number;
  /** The share that is answered when it expires. */
  readonly answeredShare: number;
  /** Whether files speak of what was not answered. */
  readonly saysUnanswered: boolean;
  /** A file of errors is there though it is empty. */
  readonly hasEmptyErrors: boolean;
  /** A count that its files do not bear out. */
  readonly miscounts: boolean;
  readonly order: number;
}

export function fateOf(kind: ApiKind, ids: readonly string[], chance: Chance, rates: Rates): Fate {
  const allFail = chance.happens(rates.fails / 4);
  const found = new Map<string, Found | 'lost' | 'cutOff'>();
  const duplicates = new Set<string>();
  for (const id of ids) {
    const answer = allFail || chance.happens(rates.fails) ? 'failed' : 'succeeded';
    const silent = chance.happens(rates.lost) ? 'lost' : chance.happens(rates.cutOff) ? 'cutOff' : null;
    found.set(id, silent ?? answer);
    if (chance.happens(rates.duplicate)) duplicates.add(id);
  }
  return {
    ...{
      end: endOf(kind, chance, rates),
      durationMs: chance.below(chance.pick([1_000, 60_000, 900_000])),
      found,
      duplicates,
    },
    surplus: chance.happens(rates.surplus) ? 1 + chance.below(3) : 0,
    answeredShare: chance.next(),
    saysUnanswered: kind === 'anthropic' || (kind === 'openai' && chance.happens(0.5)),
    hasEmptyErrors: chance.happens(0.3),
    miscounts: chance.happens(0.1),
    order: chance.next(),
  };
}

function endOf(kind: ApiKind, chance: Chance, rates: Rates): End {
  if (kind === 'openai' && chance.happens(rates.queueFull)) return 'turnedAway';
  if (kind !== 'anthropic' && chance.happens(rates.refused)) return 'failed';
  return chance.happens(rates.expires) ? 'expired' : 'completed';
}

/** How it ended, with the share of its requests that was answered by then. */
export interface Ending {
  readonly end: End | 'cancelled';
  readonly share: number;
}

/** What its files say of each request; what is not in it is not spoken of. */
export interface Results {
  /** Null: there is no such file. */
  readonly output: string | null;
  readonly errors: string | null;
  readonly said: ReadonlyMap<string, Said>;
  /** Requests whose line breaks off. */
  readonly cutOff: ReadonlySet<string>;
  /** Lines with ids that nobody sent. */
  readonly surplus: number;
}

const nothing: Results = { output: null, errors: null, said: new Map(), cutOff: new Set(), surplus: 0 };

export function resultsOf(
  kind: ApiKind,
  batchId: string,
  ids: readonly string[],
  fate: Fate,
  ending: Ending,
): Results {
  const { end, share } = ending;
  if (end === 'failed' || end === 'turnedAway') return nothing;
  // Batch guide of Gemini (2026-09): of a batch that expired nothing comes back.
  if (kind === 'gemini' && end === 'expired') return nothing;
  const answered = Math.round(share * ids.length);
  const said = new Map<string, Said>();
  const cutOff = new Set<string>();
  const lines: { readonly text: string; readonly isError: boolean }[] = [];
  for (const [at, id] of ids.entries()) {
    const status = statusOf(fate, end, id, at < answered);
    if (status === null) continue;
    const line = saidLine(kind, id, batchId, status === 'cutOff' ? 'succeeded' : status);
    if (status === 'cutOff') {
      cutOff.add(id);
      lines.push({ text: line.slice(0, Math.floor(line.length / 2)), isError: false });
      continue;
    }
    said.set(id, status);
    const text = fate.duplicates.has(id) ? `${line}\n${line}` : line;
    lines.push({ text, isError: status !== 'succeeded' });
  }
  for (let at = 0; at < fate.surplus; at++) {
    lines.push({ text: saidLine(kind, `nobody-${at}`, batchId, 'succeeded'), isError: false });
  }
  return { said, cutOff, surplus: fate.surplus, ...filesOf(kind, shuffled(lines, fate.order), fate) };
}

function statusOf(
  fate: Fate,
  end: End | 'cancelled',
  id: string,
  isAnswered: boolean,
): Said | 'cutOff' | null {
  if (isAnswered) {
    const found = fate.found.get(id) ?? 'lost';
    return found === 'lost' ? null : found;
  }
  if (!fate.saysUnanswered) return null;
  return end === 'expired' ? 'expired' : 'cancelled';
}

function filesOf(
  kind: ApiKind,
  lines: readonly { readonly text: string; readonly isError: boolean }[],
  fate: Fate,
): Pick<Results, 'output' | 'errors'> {
  const textOf = (some: typeof lines): string | null =>
    some.length === 0 ? null : some.map(({ text }) => `${text}\n`).join('');
  if (kind !== 'openai') return { output: textOf(lines) ?? '', errors: null };
  const output = textOf(lines.filter(({ isError }) => !isError));
  const errors = textOf(lines.filter(({ isError }) => isError));
  return { output, errors: errors ?? (fate.hasEmptyErrors ? '' : null) };
}

/** Turned by a share of its length and reversed: another order, and the same each time. */
function shuffled<T>(values: readonly T[], order: number): readonly T[] {
  const at = Math.floor(order * values.length);
  return [...values.slice(at), ...values.slice(0, at)].reverse();
}
