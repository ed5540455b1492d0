// OpenAI's Files and Batches behind the provider port, through the official SDK.
import OpenAI from 'openai';
import type { RemoteBatch } from '#core';
import type { Account } from '../accounts.ts';
import type {
  Answer,
  BatchMark,
  BatchProvider,
  BatchSearch,
  CreateRequest,
  FoundBatch,
  ListedBatch,
  Patience,
  UploadRequest,
} from '../port.ts';
import { type Call, callsTo, StrangeAnswerError } from './calls.ts';
import { keepDownload } from './keepDownload.ts';
import { openaiErrors } from './openaiErrors.ts';
import { uploadBody } from './uploadBody.ts';

/** In the batch's metadata: which job made it. */
const jobKey = 'llm_batch_job';
const partKey = 'llm_batch_part';
const attemptKey = 'llm_batch_attempt';

const usualPatience: Patience = { requestMs: 60_000, transferMs: 3_600_000 };
/** Both times are the provider's own, but may be of two of its machines. */
const clockToleranceSeconds = 3_600;

/** Otherwise fetch keeps all of a streamed body, to send it again after a redirect (undici's httpNetworkOrCacheFetch). */
const sentOnce = { redirect: 'error', window: null } as const;

export class OpenAIProvider implements BatchProvider {
  readonly #client: OpenAI;
  readonly #call: Call;
  readonly #patience: Patience;

  constructor(account: Account, patience: Patience = usualPatience) {
    this.#patience = patience;
    this.#call = callsTo(account, openaiErrors);
    this.#client = new OpenAI({
      // Without a key (a server on this machine) the SDK still wants one to put in the header.
      apiKey: account.apiKey ?? 'none',
      baseURL: account.baseUrl,
      // What the environment says beside the key belongs to the account only when a profile says so.
      adminAPIKey: null,
      organization: null,
      project: null,
      // Retries are the runner's business: it knows what may be repeated, and says so.
      maxRetries: 0,
      timeout: patience.requestMs,
      // Its log would hold request content, on standard output.
      logLevel: 'off',
    });
  }

  upload(request: UploadRequest, signal: AbortSignal): Promise<Answer<string>> {
    return this.#call(async () => {
      const { headers, stream, failure } = uploadBody(request, 'batch');
      const timeout = this.#patience.transferMs;
      const options = { body: stream, headers, signal, timeout, fetchOptions: sentOnce };
      try {
        const file = await this.#client.post<OpenAI.FileObject | null>('/files', options);
        if (typeof file?.id !== 'string') throw new StrangeAnswerError();
        return file.id;
      } catch (error) {
        throw failure() ?? error;
      }
    });
  }

  findUploads({ name, bytes }: UploadRequest, signal: AbortSignal): Promise<Answer<readonly string[]>> {
    return this.#call(async () => {
      const found: string[] = [];
      for await (const file of this.#pages<OpenAI.FileObject>('/files', filesQuery, signal)) {
        if (file.filename === name && file.bytes === bytes.sizeBytes) found.push(file.id);
      }
      return found;
    });
  }

  create(
    { inputFileId, endpoint, metadata, mark }: CreateRequest,
    signal: AbortSignal,
  ): Promise<Answer<RemoteBatch>> {
    const marked = {
      ...metadata,
      [jobKey]: mark.jobId,
      [partKey]: String(mark.part),
      [attemptKey]: String(mark.attempt),
    };
    return this.#call(async () =>
      toRemote(
        await this.#client.batches.create(
          {
            input_file_id: inputFileId ?? '',
            endpoint: endpoint as OpenAI.BatchCreateParams['endpoint'],
            completion_window: '24h',
            metadata: marked,
          },
          { signal, maxRetries: 0 },
        ),
      ),
    );
  }

  deleteUpload(fileId: string, signal: AbortSignal): Promise<Answer<void>> {
    return this.#call(async () => {
      await this.#client.files.delete(fileId, { signal }).catch((error: unknown) => {
        if (!(error instanceof OpenAI.NotFoundError)) throw error;
      });
    });
  }

  /** Batches are marked here: nobody asks. */
  newestBatch(): Promise<Answer<string | null>> {
    return Promise.resolve({ kind: 'ok', value: null });
  }

  findBatch(search: BatchSearch, signal: AbortSignal): Promise<Answer<FoundBatch>> {
    return this.#call(async () => {
      const oldest = await this.#uploadedAt(search.inputFileId ?? '', signal);
      const end = new ListingEnd(oldest);
      for await (const batch of this.#pages<OpenAI.Batch>('/batches', { limit: 100 }, signal)) {
        if (isMeant(batch, search)) return { kind: 'found', remote: toRemote(batch) };
        if (end.isReached(batch.created_at)) break;
      }
      return { kind: 'none' };
    });
  }

  list(limit: number, signal: AbortSignal): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call(async () => {
      const listed: ListedBatch[] = [];
      const query = { limit: Math.min(limit, 100) };
      for await (const batch of this.#pages<OpenAI.Batch>('/batches', query, signal)) {
        const { endpoint = null, model = null } = batch;
        listed.push({ remote: toRemote(batch), name: null, mark: markOf(batch), endpoint, model });
        if (listed.length >= limit) break;
      }
      return listed;
    });
  }

  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () => toRemote(await this.#client.batches.retrieve(batchId, { signal })));
  }

  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () => toRemote(await this.#client.batches.cancel(batchId, { signal })));
  }

  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>> {
    return this.#call(async () => {
      const timeout = this.#patience.transferMs;
      const response = await this.#client.files.content(fileId, { signal, timeout });
      await keepDownload(response.body, path, signal);
    });
  }

  /** A whole listing. The SDK's own paging takes whatever is no list for an empty one, and here none means "pay again". */
  async *#pages<T extends Listed>(path: string, first: object, signal: AbortSignal): AsyncGenerator<T> {
    const seen = new Set<string>();
    for (let after: string | undefined; ; ) {
      const query = { ...first, ...(after === undefined ? {} : { after }) };
      const page = await this.#client.get<unknown>(path, { query, signal });
      if (!isPage<T>(page)) throw new StrangeAnswerError();
      yield* page.data;
      after = page.data.at(-1)?.id;
      if (page.has_more === false || (after === undefined && page.has_more === undefined)) return;
      // More is promised, but it cannot be asked for, or comes in a circle.
      if (after === undefined || seen.has(after)) throw new StrangeAnswerError();
      seen.add(after);
    }
  }

  /** Seconds since 1970 by the provider's clock, for ours may be wrong; null when it no longer knows the file. */
  async #uploadedAt(fileId: string, signal: AbortSignal): Promise<number | null> {
    try {
      return (await this.#client.files.retrieve(fileId, { signal })).created_at;
    } catch (error) {
      if (error instanceof OpenAI.NotFoundError) return null;
      throw error;
    }
  }
}

const filesQuery = { purpose: 'batch', order: 'desc' };

interface Listed {
  readonly id: string;
}

interface Page<T> {
  readonly data: readonly T[];
  readonly has_more?: boolean;
}

function isPage<T>(value: unknown): value is Page<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    Array.isArray(value.data) &&
    value.data.every((item: unknown) => typeof item === 'object' && item !== null && 'id' in item)
  );
}

function markOf({ metadata }: OpenAI.Batch): BatchMark | null {
  const [jobId, part, attempt] = [metadata?.[jobKey], metadata?.[partKey], metadata?.[attemptKey]];
  return jobId === undefined ? null : { jobId, part: Number(part), attempt: Number(attempt) };
}

function isMeant(batch: OpenAI.Batch, { mark, inputFileId, besides }: BatchSearch): boolean {
  if (besides.includes(batch.id)) return false;
  const { metadata } = batch;
  const isMarked = metadata?.[jobKey] === mark.jobId && metadata[partKey] === String(mark.part);
  // Servers that drop metadata still say which file.
  return isMarked || batch.input_file_id === inputFileId;
}

/**
 * Where a listing may be left: at batches older than the upload, when they come newest first. That order is not
 * promised, so it must have been seen; otherwise the listing is read to its end.
 */
class ListingEnd {
  readonly #oldest: number | null;
  #previous: number | null = null;
  #fell = false;
  #rose = false;

  /** @param oldest seconds since 1970; null reads everything. */
  constructor(oldest: number | null) {
    this.#oldest = oldest;
  }

  isReached(createdAt: number): boolean {
    if (this.#previous !== null) {
      this.#fell ||= createdAt < this.#previous;
      this.#rose ||= createdAt > this.#previous;
    }
    this.#previous = createdAt;
    const isOld = this.#oldest !== null && createdAt < this.#oldest - clockToleranceSeconds;
    return isOld && this.#fell && !this.#rose;
  }
}

/** @throws StrangeAnswerError. */
function toRemote(batch: OpenAI.Batch): RemoteBatch {
  if (typeof batch?.id !== 'string' || typeof batch.status !== 'string') throw new StrangeAnswerError();
  const ended = batch.completed_at ?? batch.failed_at ?? batch.expired_at ?? batch.cancelled_at;
  return {
    batchId: batch.id,
    status: batch.status,
    counts: batch.request_counts ?? null,
    // Some servers answer "" for "no file".
    outputFileId: batch.output_file_id || null,
    errorFileId: batch.error_file_id || null,
    errors: (batch.errors?.data ?? []).map((error) => ({
      code: error.code ?? 'unknown',
      message: error.message ?? '',
      line: typeof error.line === 'number' ? error.line - 1 : null,
    })),
    createdAt: toIso(batch.created_at),
    expiresAt: toIso(batch.expires_at),
    endedAt: toIso(ended),
  };
}

function toIso(seconds: number | null | undefined): string | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;
}
