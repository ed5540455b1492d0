// Which batch came of a create call without an answer, where a batch carries nothing of ours? Newer than what there was
// just before, of as many requests, and, once it ended, with results of exactly our ids.
import { APIError } from '@anthropic-ai/sdk';
import { type AnthropicBatch, toRemote } from './anthropicBatch.ts';
import { LocalFileError, StrangeAnswerError } from './calls.ts';
import type { BatchSearch, FoundBatch } from './port.ts';
import { partBytes } from './streamedBody.ts';

type FetchResults = (batchId: string, signal: AbortSignal) => Promise<Response>;

/** `unknown`: it has not ended, its results are gone or not all there, or some of its ids are ours and some are not. */
type Verdict = 'ours' | 'others' | 'unknown';

export class AnthropicSearch {
  readonly #results: FetchResults;
  /** Of batches that ended, which do not change: results are read once, however often it is looked. */
  readonly #verdicts = new Map<string, Verdict>();

  constructor(results: FetchResults) {
    this.#results = results;
  }

  /**
   * @param listing all batches of the account, newest first.
   * @throws what the calls throw; then nothing is proven.
   */
  async find(
    search: BatchSearch,
    listing: AsyncIterable<AnthropicBatch>,
    signal: AbortSignal,
  ): Promise<FoundBatch> {
    const newer = await newerThan(search.fence, listing);
    const fitting = newer.filter((batch) => fits(batch, search));
    const ours: AnthropicBatch[] = [];
    const open: AnthropicBatch[] = [];
    for (const batch of fitting) {
      const verdict = await this.#verdictOn(batch, search, signal);
      if (verdict === 'ours') ours.push(batch);
      if (verdict === 'unknown') open.push(batch);
    }
    const [first] = ours;
    if (first !== undefined && ours.length === 1 && open.length === 0) {
      return { kind: 'found', remote: toRemote(first) };
    }
    const candidates = [...ours, ...open].map(toRemote);
    return candidates.length === 0 ? { kind: 'none' } : { kind: 'perhaps', candidates };
  }

  async #verdictOn(batch: AnthropicBatch, search: BatchSearch, signal: AbortSignal): Promise<Verdict> {
    const { batchId, outputFileId } = toRemote(batch);
    if (outputFileId === null) return 'unknown';
    const { jobId, part, attempt } = search.mark;
    const key = `${jobId}/${part}/${attempt}/${batchId}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = await this.#read(batchId, search, signal);
    if (verdict !== null) this.#verdicts.set(key, verdict);
    return verdict ?? 'unknown';
  }

  /** Null while there are no results of it. */
  async #read(
    batchId: string,
    { bytes, requests }: BatchSearch,
    signal: AbortSignal,
  ): Promise<Verdict | null> {
    let response: Response;
    try {
      response = await this.#results(batchId, signal);
    } catch (error) {
      // Deleted or archived since it was listed.
      if (error instanceof APIError && error.status === 404) return null;
      throw error;
    }
    const ids = new Set<unknown>();
    for await (const id of idsOf(partBytes(bytes))) ids.add(id);
    if (ids.size !== requests) throw new LocalFileError(`${bytes.path} is gone or was changed.`);
    const found = new Set<unknown>();
    const strange = new Set<unknown>();
    for await (const id of idsOf(response.body ?? [])) {
      signal.throwIfAborted();
      if (ids.has(id)) found.add(id);
      else strange.add(id);
    }
    // It has as many requests as ours: a row that is missing, or one too many, is an oddity of the file.
    const isOurs = found.size === ids.size || (found.size > 0 && strange.size === 0);
    if (isOurs) return 'ours';
    // Ours could be among rows that are missing: "somebody else's" means that it is sent again.
    strange.delete(undefined);
    return found.size === 0 && strange.size >= requests ? 'others' : 'unknown';
  }
}

/**
 * The batches made after the fence. "Most recently created batches are returned first" (SDK 1.12.0): a listing in
 * another order is read to its end, and of it all that is not older counts. So does all of one without the fence.
 */
async function newerThan(
  fence: string | null,
  listing: AsyncIterable<AnthropicBatch>,
): Promise<readonly AnthropicBatch[]> {
  const before: AnthropicBatch[] = [];
  const after: AnthropicBatch[] = [];
  let fenceMs: number | null = null;
  let previousMs = Number.POSITIVE_INFINITY;
  let isOrdered = true;
  for await (const batch of listing) {
    const createdMs = createdAt(batch);
    isOrdered &&= createdMs <= previousMs;
    previousMs = createdMs;
    if (batch.id === fence) fenceMs = createdMs;
    else if (fenceMs === null) before.push(batch);
    else after.push(batch);
    if (fenceMs !== null && isOrdered) return before;
  }
  if (fenceMs === null) return before;
  const sinceMs = fenceMs;
  return [...before, ...after].filter((batch) => !(createdAt(batch) < sinceMs));
}

/** Milliseconds since 1970; NaN where it does not say, which is in no order. */
function createdAt(batch: AnthropicBatch): number {
  return Date.parse(toRemote(batch).createdAt ?? '');
}

function fits(batch: AnthropicBatch, { besides, requests }: BatchSearch): boolean {
  if (besides.includes(batch.id)) return false;
  const total = toRemote(batch).counts?.total ?? requests;
  return total === requests;
}

/** The `custom_id` of each line. Lines end at LF alone. @throws StrangeAnswerError for what is no line of JSON. */
async function* idsOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<unknown> {
  let pending: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      yield* idOf([...pending, chunk.subarray(start, end)]);
      pending = [];
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  yield* idOf(pending);
}

function* idOf(line: readonly Uint8Array[]): Generator<unknown> {
  const text = Buffer.concat(line)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '') return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrangeAnswerError();
  }
  const id = (value as { readonly custom_id?: unknown } | null)?.custom_id;
  yield typeof id === 'string' ? id : undefined;
}
