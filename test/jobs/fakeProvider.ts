// A provider in memory that remembers what was paid for, and does what a test scripts: fail before acting, or after.
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
import { remoteOf } from '../core/jobSamples.ts';

/** What happens to a call: it fails before it acts, or it acts and its answer is lost. */
export interface Script {
  readonly call: keyof BatchProvider;
  readonly acted: boolean;
  readonly problem: ApiProblem['kind'];
  readonly retryAfterMs?: number;
}

interface MadeBatch {
  remote: RemoteBatch;
  readonly mark: BatchMark;
  readonly metadata: Readonly<Record<string, string>>;
  readonly requests: readonly string[];
  /** In listings from then on: a request may be on its way for a while after its sender gave up. */
  readonly listedAtMs: number;
  looks: number;
}

export class FakeProvider implements BatchProvider {
  readonly uploads: { readonly id: string; readonly name: string; readonly bytes: Buffer }[] = [];
  readonly batches: MadeBatch[] = [];
  readonly calls: string[] = [];
  readonly #scripts: Script[];
  /** Looks until a batch is over, and how it ends. */
  looksNeeded = 2;
  end: 'completed' | 'failed' | 'expired' | 'cancelled' | 'never' = 'completed';
  /** Ids of requests that fail. */
  failing: readonly string[] = [];
  /** Ids of requests of which the provider says nothing. */
  lost: readonly string[] = [];
  /** The provider's own word, once, instead of the usual ones. */
  strangeStatus: string | null = null;
  listingDelayMs = 0;
  now: () => number = () => 0;
  /** Just after a batch was made, before anybody knows. */
  onCreated: () => void = () => undefined;

  constructor(scripts: readonly Script[] = []) {
    this.#scripts = [...scripts];
  }

  async upload({ name, bytes }: UploadRequest): Promise<Answer<string>> {
    return this.#call('upload', async () => {
      const id = `file-${this.uploads.length + 1}`;
      this.uploads.push({ id, name, bytes: await bytesOf(bytes) });
      return id;
    });
  }

  async findUploads({ name, bytes }: UploadRequest): Promise<Answer<readonly string[]>> {
    return this.#call('findUploads', () =>
      this.uploads.flatMap((one) =>
        one.name === name && one.bytes.length === bytes.sizeBytes ? [one.id] : [],
      ),
    );
  }

  async create({ inputFileId, mark, metadata }: CreateRequest): Promise<Answer<RemoteBatch>> {
    return this.#call('create', () => {
      const file = this.uploads.find(({ id }) => id === inputFileId);
      if (file === undefined) throw new Error('created from a file that is not there');
      const requests = file.bytes.toString('utf8').trimEnd().split('\n');
      const remote = remoteOf('validating', { batchId: `batch-${this.batches.length + 1}` });
      const listedAtMs = this.now() + this.listingDelayMs;
      this.batches.push({ remote, mark, metadata, requests, listedAtMs, looks: 0 });
      this.onCreated();
      return remote;
    });
  }

  async deleteUpload(): Promise<Answer<void>> {
    return this.#call('deleteUpload', () => undefined);
  }

  async newestBatch(): Promise<Answer<string | null>> {
    return this.#call('newestBatch', () => this.batches.at(-1)?.remote.batchId ?? null);
  }

  async list(): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call('list', () =>
      this.batches.map(({ remote, mark }) => ({ remote, mark, name: null, endpoint: null, model: null })),
    );
  }

  async findBatch({ mark, besides }: BatchSearch): Promise<Answer<FoundBatch>> {
    return this.#call('findBatch', () => {
      const listed = this.batches.filter(({ listedAtMs }) => listedAtMs <= this.now());
      const found = listed.find(
        (one) =>
          one.mark.jobId === mark.jobId &&
          one.mark.part === mark.part &&
          !besides.includes(one.remote.batchId),
      );
      return found === undefined ? { kind: 'none' } : { kind: 'found', remote: found.remote };
    });
  }

  async get(batchId: string): Promise<Answer<RemoteBatch>> {
    return this.#call('get', () => {
      const batch = this.#batch(batchId);
      batch.looks++;
      if (batch.looks < this.looksNeeded || this.end === 'never') {
        const usual = batch.looks === 1 ? 'validating' : 'in_progress';
        const status = this.end === 'cancelled' ? 'cancelling' : usual;
        batch.remote = { ...batch.remote, status: this.strangeStatus ?? status };
        this.strangeStatus = null;
      } else if (batch.remote.status !== 'cancelled') {
        batch.remote = this.#over(batch);
      }
      return batch.remote;
    });
  }

  async cancel(batchId: string): Promise<Answer<RemoteBatch>> {
    return this.#call('cancel', () => {
      const batch = this.#batch(batchId);
      this.end = 'cancelled';
      batch.remote = { ...batch.remote, status: 'cancelling' };
      return batch.remote;
    });
  }

  async download(fileId: string, path: string): Promise<Answer<void>> {
    return this.#call('download', async () => {
      const [kind, batchId = ''] = fileId.split(':');
      const { requests } = this.#batch(batchId);
      const ids = requests.map((text) => (JSON.parse(text) as { custom_id: string }).custom_id);
      const wanted = ids
        .filter((id) => !this.lost.includes(id) && this.failing.includes(id) === (kind === 'errors'))
        .reverse();
      await writeFile(
        path,
        wanted.map((id) => `${kind === 'errors' ? failedLine(id) : answeredLine(id)}\n`).join(''),
      );
    });
  }

  #over(batch: MadeBatch): RemoteBatch {
    if (this.end === 'failed') {
      const errors = [{ code: 'duplicate_custom_id', message: 'The custom_id is a duplicate.', line: 1 }];
      return { ...batch.remote, status: 'failed', errors };
    }
    const { batchId } = batch.remote;
    const answered = batch.requests.filter(
      (text) => !this.failing.some((id) => text.includes(`"${id}"`)),
    ).length;
    const some = answered > 0;
    return {
      ...batch.remote,
      status: this.end,
      counts: { total: batch.requests.length, completed: answered, failed: batch.requests.length - answered },
      outputFileId: some ? `output:${batchId}` : null,
      errorFileId: this.failing.length > 0 ? `errors:${batchId}` : null,
    };
  }

  #batch(batchId: string): MadeBatch {
    const found = this.batches.find(({ remote }) => remote.batchId === batchId);
    if (found === undefined) throw new Error(`no batch ${batchId}`);
    return found;
  }

  async #call<T>(call: keyof BatchProvider, act: () => T | Promise<T>): Promise<Answer<T>> {
    this.calls.push(call);
    const index = this.#scripts.findIndex((script) => script.call === call);
    const [script] = index === -1 ? [] : this.#scripts.splice(index, 1);
    if (script === undefined) return { kind: 'ok', value: await act() };
    if (script.acted) await act();
    const message = `scripted: ${script.problem}`;
    return {
      kind: 'problem',
      problem: {
        kind: script.problem,
        status: null,
        code: null,
        message,
        retryAfterMs: script.retryAfterMs ?? null,
      },
    };
  }
}

async function bytesOf({ path, offset, sizeBytes }: PartBytes): Promise<Buffer> {
  return (await readFile(path)).subarray(offset, offset + sizeBytes);
}

function answeredLine(id: string): string {
  const body = {
    model: 'gpt-6-luna',
    choices: [
      { index: 0, message: { role: 'assistant', content: `answer to ${id}` }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
  };
  return JSON.stringify({
    id: `r-${id}`,
    custom_id: id,
    response: { status_code: 200, request_id: 'q', body },
    error: null,
  });
}

function failedLine(id: string): string {
  const error = { message: 'Try again.', type: 'server_error', param: null, code: 'server_error' };
  return JSON.stringify({
    id: `r-${id}`,
    custom_id: id,
    response: { status_code: 500, request_id: 'q', body: { error } },
    error: null,
  });
}
