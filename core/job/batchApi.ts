// How does a provider take batches? Facts that decide what a job does next; dates and sources stand beside them.
import type { Provider } from '../dialects/dialect.ts';

export interface BatchApi {
  /** Which API its adapter speaks. */
  readonly kind: 'openai' | 'anthropic' | 'gemini';
  /** Whether the requests are uploaded as a file before a batch is made of it. */
  readonly hasUpload: boolean;
  /** Hours after which an upload is gone by itself; null where it stays for weeks or for good. */
  readonly uploadKeptHours: number | null;
  /** Whether a batch can carry the id of its job: only then it can be found again with certainty. */
  readonly isMarked: boolean;
  /** Its counts of finished requests stay 0 until it ended. */
  readonly countsAtEnd: boolean;
  /** Hours after which a batch that is not over ends by itself; null where it does not. */
  readonly windowHours: number | null;
  /** Days after which results are gone. */
  readonly resultsKept: { readonly days: number; readonly since: 'created' | 'ended' } | null;
}

/** openai SDK 7.55 (2026-11-10) and the batch guide (2026-10-04): output files live for 30 days. */
const openai: BatchApi = {
  ...{
    kind: 'openai',
    hasUpload: true,
    uploadKeptHours: null,
    isMarked: true,
    countsAtEnd: false,
    windowHours: 24,
  },
  resultsKept: { days: 30, since: 'ended' },
};

const apis: Readonly<Record<Provider, BatchApi | null>> = {
  openai,
  // Jobs are not expired there after 24 h (Azure's batch article, 2026-03).
  azure: { ...openai, windowHours: null },
  groq: openai,
  // What another server does is not known.
  'openai-compatible': { ...openai, windowHours: null, resultsKept: null },
  // Batches document (2026-08-22), @anthropic-ai/sdk 1.12.0: no metadata, counts at the end, 29 days from the creation.
  anthropic: {
    ...{ kind: 'anthropic', hasUpload: false, uploadKeptHours: null, isMarked: false, countsAtEnd: true },
    windowHours: 24,
    resultsKept: { days: 29, since: 'created' },
  },
  // Batch guide (2026-09): expires after 48 h and then has no results; responses are kept for six weeks. Files live for
  // 48 h (Files API guide, 2026-09).
  gemini: {
    ...{ kind: 'gemini', hasUpload: true, uploadKeptHours: 48, isMarked: true, countsAtEnd: false },
    windowHours: 48,
    resultsKept: { days: 42, since: 'ended' },
  },
  mistral: null,
  xai: null,
};

/** Null: this version cannot send to it. */
export function batchApiOf(provider: Provider): BatchApi | null {
  return apis[provider];
}
