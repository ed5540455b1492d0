// A provider in memory with the three kinds of API: with uploads or without, with marks or without. It knows the truth.
import { readFile, writeFile } from 'node:fs/promises';
import type { RemoteBatch } from '#core';
import type {
  Answer,
  ApiProblem,
  BatchMark,
  BatchProvider,
  BatchSearch,
  CreateRequest,
  FoundBatch,
  ListedBatch,
  PartBytes,
  UploadRequest,
} from '#jobs';
import type { Chance } from './chance.ts';
import {
  type ApiKind,
  type Ending,
  type Fate,
  fateOf,
  type Rates,
  type Results,
  resultsOf,
} from './fates.ts';
import { remoteAt } from './remoteAt.ts';

/** What happens to a call: it fails before it acts, or it acts and its answer is lost. */
export interface Trouble {
  readonly acted: boolean;
  readonly problem: ApiProblem['kind'];
  /** How long it is on its way where its answer is lost: it is in listings only then. */
  readonly lateMs: number;
}

export interface TrueBatch {
  readonly id: string;
  /** Null: somebody else's. */
  readonly mark: BatchMark | null;
  readonly ids: readonly string[];
  readonly bytes: string;
  readonly madeAtMs: number;
  /** In listings from then on. */
  readonly listedAtMs: number;
  readonly fate: Fate;
  cancelledAtMs: number | null;
  ended: { readonly ending: Ending; readonly atMs: number; readonly results: Results } | null;
}

/** How long a cancelled batch takes to stop. */
const stoppingMs = 30_000;

export class MemoryProvider implements BatchProvider {
  readonly kind: ApiKind;
  readonly uploads = new Map<string, { readonly name: string; readonly bytes: string }>();
  readonly batches: TrueBatch[] = [];
  readonly #chance: Chance;
  readonly #rates: Rates;
  /** The provider's own clock. */
  readonly #nowMs: () => number;
  /** Asked at each call. */
  trouble: (call: keyof BatchProvider) => Trouble | null = () => null;
  /** Just before a batch is made. */
  onCreate: (request: CreateRequest) => Promise<void> = () => Promise.resolve();
  #turnsLeft = 3;
  #strangeLeft = 2;

  constructor(kind: ApiKind, chance: Chance, rates: Rates, nowMs: () => number) {
    this.kind = kind;
    this.#chance = chance;
    this.#rates = rates;
    this.#nowMs = nowMs;
  }

  upload({ name, bytes }: UploadRequest): Promise<Answer<string>> {
    return this.#call('upload', async () => {
      const id = `file-${this.uploads.size + 1}`;
      this.uploads.set(id, { name, bytes: await textOf(bytes) });
      return id;
    });
  }

  findUploads({ name, bytes }: UploadRequest): Promise<Answer<readonly string[]>> {
    return this.#call('findUploads', () =>
      [...this.uploads].flatMap(([id, one]) =>
        one.name === name && Buffer.byteLength(one.bytes) === bytes.sizeBytes ? [id] : [],
      ),
    );
  }

  deleteUpload(fileId: string): Promise<Answer<void>> {
    return this.#call('deleteUpload', () => void this.uploads.delete(fileId));
  }

  newestBatch(): Promise<Answer<string | null>> {
    return this.#call('newestBatch', () => this.#listed().at(-1)?.id ?? null);
  }

  create(request: CreateRequest): Promise<Answer<RemoteBatch>> {
    return this.#call('create', async (lateMs) => {
      await this.onCreate(request);
      const file = request.inputFileId === null ? null : this.uploads.get(request.inputFileId);
      if (file === undefined) throw new Error('created from a file that is not there');
      const bytes = file === null ? await textOf(request.bytes) : file.bytes;
      return remoteAt(this.kind, this.#make(request.mark, bytes, lateMs), this.#nowMs());
    });
  }

  /** A batch that is none of ours, as large as one that might be. */
  makeForeign(ids: readonly string[]): void {
    this.#make(null, ids.map((id) => `${JSON.stringify({ custom_id: id })}\n`).join(''), 0);
  }

  #make(mark: BatchMark | null, bytes: string, lateMs: number): TrueBatch {
    const ids = idsOf(bytes);
    let fate = fateOf(this.kind, ids, this.#chance, this.#rates);
    if (fate.end === 'turnedAway' && this.#turnsLeft-- <= 0) fate = { ...fate, end: 'completed' };
    const madeAtMs = this.#nowMs() + lateMs;
    const batch = { id: `batch-${this.batches.length + 1}`, mark, ids, bytes, madeAtMs, fate };
    const made: TrueBatch = { ...batch, listedAtMs: madeAtMs, cancelledAtMs: null, ended: null };
    this.batches.push(made);
    return made;
  }

  findBatch(search: BatchSearch): Promise<Answer<FoundBatch>> {
    return this.#call('findBatch', () =>
      this.kind === 'anthropic' ? this.#findByFence(search) : this.#findByMark(search),
    );
  }

  #findByMark({ mark, besides }: BatchSearch): FoundBatch {
    const found = this.#listed().find(
      (one) =>
        one.mark?.jobId === mark.jobId &&
        one.mark.part === mark.part &&
        one.mark.attempt === mark.attempt &&
        !besides.includes(one.id),
    );
    return found === undefined ? { kind: 'none' } : { kind: 'found', remote: this.#seen(found) };
  }

  /** As an adapter can tell: by what is newer, by the count, and by the ids in results once there are some. */
  async #findByFence({ fence, besides, requests, bytes }: BatchSearch): Promise<FoundBatch> {
    const listed = this.#listed();
    const newer = listed.slice(fence === null ? 0 : listed.findIndex(({ id }) => id === fence) + 1);
    const fitting = newer.filter(({ id, ids }) => ids.length === requests && !besides.includes(id));
    const ours = idsOf(await textOf(bytes))
      .toSorted()
      .join();
    const open: RemoteBatch[] = [];
    for (const batch of fitting) {
      const remote = this.#seen(batch);
      if (batch.ended === null) open.push(remote);
      else if (batch.ids.toSorted().join() === ours) return { kind: 'found', remote };
    }
    return open.length === 0 ? { kind: 'none' } : { kind: 'perhaps', candidates: open };
  }

  get(batchId: string): Promise<Answer<RemoteBatch>> {
    return this.#call('get', () => {
      const remote = this.#seen(this.#batch(batchId));
      if (this.#strangeLeft > 0 && this.#chance.happens(0.02)) {
        this.#strangeLeft--;
        return { ...remote, status: 'thinking_it_over', outputFileId: null, errorFileId: null };
      }
      return remote;
    });
  }

  list(limit: number): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call('list', () =>
      this.#listed()
        .toReversed()
        .slice(0, limit)
        .map((one) => ({
          ...{ remote: this.#seen(one), name: null, endpoint: null, model: null },
          mark: this.kind === 'anthropic' ? null : one.mark,
        })),
    );
  }

  cancel(batchId: string): Promise<Answer<RemoteBatch>> {
    return this.#call('cancel', () => {
      const batch = this.#batch(batchId);
      if (this.#seen(batch) && batch.ended === null) batch.cancelledAtMs ??= this.#nowMs();
      return this.#seen(batch);
    });
  }

  download(fileId: string, path: string): Promise<Answer<void>> {
    return this.#call('download', async () => {
      const [what, batchId = ''] = fileId.split(':');
      const results = this.#batch(batchId).ended?.results;
      const text = what === 'errors' ? results?.errors : results?.output;
      if (typeof text !== 'string') throw new Error(`there is no ${fileId}`);
      await writeFile(path, text);
    });
  }

  /** In the order in which they came to be. */
  #listed(): readonly TrueBatch[] {
    const listed = this.batches.filter(({ listedAtMs }) => listedAtMs <= this.#nowMs());
    return listed.toSorted((a, b) => a.listedAtMs - b.listedAtMs);
  }

  #batch(batchId: string): TrueBatch {
    const found = this.batches.find(({ id }) => id === batchId);
    if (found === undefined) throw new Error(`no batch ${batchId}`);
    return found;
  }

  #seen(batch: TrueBatch): RemoteBatch {
    batch.ended ??= this.#endOf(batch);
    return remoteAt(this.kind, batch, this.#nowMs());
  }

  #endOf(batch: TrueBatch): TrueBatch['ended'] {
    const { fate, madeAtMs, cancelledAtMs, ids, id } = batch;
    const naturalMs = madeAtMs + fate.durationMs;
    const isCancelled = cancelledAtMs !== null && cancelledAtMs + stoppingMs < naturalMs;
    const atMs = isCancelled ? cancelledAtMs + stoppingMs : naturalMs;
    if (atMs > this.#nowMs()) return null;
    const share = isCancelled ? (atMs - madeAtMs) / (fate.durationMs + 1) : 1;
    const planned: Ending = isCancelled
      ? { end: 'cancelled', share: Math.min(1, share) }
      : { end: fate.end, share: fate.end === 'expired' ? fate.answeredShare : 1 };
    // There a batch is only called cancelled or expired by what became of its requests.
    const isWhole = this.kind === 'anthropic' && Math.round(planned.share * ids.length) === ids.length;
    const ending: Ending = isWhole ? { end: 'completed', share: 1 } : planned;
    return { ending, atMs, results: resultsOf(this.kind, id, ids, fate, ending) };
  }

  async #call<T>(call: keyof BatchProvider, act: (lateMs: number) => T | Promise<T>): Promise<Answer<T>> {
    const trouble = this.trouble(call);
    if (trouble === null) return { kind: 'ok', value: await act(0) };
    if (trouble.acted) await act(trouble.lateMs);
    const message = `The provider had a trouble (${trouble.problem}).`;
    const facts = { status: null, code: null, message, retryAfterMs: null };
    return { kind: 'problem', problem: { kind: trouble.problem, ...facts } };
  }
}

async function textOf({ path, offset, sizeBytes }: PartBytes): Promise<string> {
  return (await readFile(path)).subarray(offset, offset + sizeBytes).toString('utf8');
}

export function idsOf(lines: string): readonly string[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { custom_id, key } = JSON.parse(line) as { custom_id?: string; key?: string };
      return custom_id ?? key ?? '';
    });
}
