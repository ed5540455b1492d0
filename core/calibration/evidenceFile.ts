// What does `calibration.json` hold, and how does new evidence join it? Text in, values out: the faces read and write it.
import { isObject } from '../json/members.ts';
import type { InputEvidence, ModelEvidence, OutputEvidence } from './evidence.ts';
import { type ProviderFamily, providerFamilies } from './places.ts';

export interface Evidence {
  /** Of the job or the count: the same one replaces what it said before. */
  readonly id: string;
  readonly source: 'job' | 'count';
  /** ISO time. */
  readonly at: string;
  readonly input: InputEvidence | null;
  readonly output: OutputEvidence | null;
}

export interface EvidenceEntry {
  /** The host that answered. */
  readonly place: string;
  readonly provider: ProviderFamily;
  readonly model: string;
  readonly evidence: readonly Evidence[];
}

/** What one job or count taught. */
export interface Lesson {
  readonly id: string;
  readonly source: Evidence['source'];
  readonly at: string;
  readonly place: string;
  readonly provider: ProviderFamily;
  readonly models: readonly ModelEvidence[];
}

export type EvidenceFile =
  | { readonly kind: 'entries'; readonly entries: readonly EvidenceEntry[] }
  /** Left as it is; the message follows the path. */
  | { readonly kind: 'unreadable'; readonly message: string };

const version = 1;
const mostPieces = 8;
const mostEntries = 200;

/** Never throws. One entry that is not understood makes all of it unreadable: writing it again would lose that entry. */
export function readEvidence(text: string): EvidenceFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', message: 'is not JSON; it was left as it is.' };
  }
  if (isObject(value) && typeof value.version === 'number' && value.version > version) {
    return { kind: 'unreadable', message: 'was written by a newer version of LLM Batch; update to use it.' };
  }
  if (!isObject(value) || value.version !== version || !Array.isArray(value.models)) {
    return { kind: 'unreadable', message: 'is no record of calibrations; it was left as it is.' };
  }
  return value.models.every(isEntry)
    ? { kind: 'entries', entries: value.models }
    : { kind: 'unreadable', message: 'is not complete; it was left as it is.' };
}

export function writeEvidence(entries: readonly EvidenceEntry[]): string {
  return `${JSON.stringify({ version, models: entries }, null, 1)}\n`;
}

/** The newest pieces of each model stay, and the models that were used last. */
export function withLesson(
  entries: readonly EvidenceEntry[],
  { id, source, at, place, provider, models }: Lesson,
): readonly EvidenceEntry[] {
  let all = [...entries];
  for (const { model, input, output } of models) {
    const piece: Evidence = { id, source, at, input, output };
    const isMeant = (entry: EvidenceEntry): boolean =>
      entry.place === place && entry.provider === provider && entry.model === model;
    const others = all.find(isMeant)?.evidence.filter((one) => one.id !== id) ?? [];
    const evidence = [piece, ...others].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, mostPieces);
    all = [{ place, provider, model, evidence }, ...all.filter((entry) => !isMeant(entry))];
  }
  return all.slice(0, mostEntries);
}

function isEntry(value: unknown): value is EvidenceEntry {
  return (
    isObject(value) &&
    typeof value.place === 'string' &&
    typeof value.model === 'string' &&
    providerFamilies.some((name) => name === value.provider) &&
    Array.isArray(value.evidence) &&
    value.evidence.every(isEvidence)
  );
}

function isEvidence(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    (value.source === 'job' || value.source === 'count') &&
    typeof value.at === 'string' &&
    Number.isFinite(Date.parse(value.at)) &&
    (value.input === null || isInput(value.input)) &&
    (value.output === null || isOutput(value.output))
  );
}

function isInput(value: unknown): boolean {
  return (
    isObject(value) &&
    ['rows', 'estimated', 'actual'].every((field) => isAmount(value[field]) && value[field] !== 0) &&
    isAmount(value.spread) &&
    typeof value.basis === 'string'
  );
}

function isOutput(value: unknown): boolean {
  return isObject(value) && ['rows', 'meanTokens', 'spread'].every((field) => isAmount(value[field]));
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
