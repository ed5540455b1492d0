// OpenAI's Files and Batches behind the provider port, through the official SDK.
import { createWriteStream, openAsBlob } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import OpenAI from 'openai';
import type { RemoteBatch } from '#core';
import type { Account } from './accounts.ts';
import { answer } from './openaiProblem.ts';
import type { Answer, BatchMark, BatchProvider, CreateRequest, UploadRequest } from './port.ts';

/** In the batch's metadata: which job made it. */
const jobKey = 'llm_batch_job';
const partKey = 'llm_batch_part';

const requestTimeoutMs = 60_000;
/** 200 MB on a slow line. */
const transferTimeoutMs = 3_600_000;
/** A batch may have been created a little before our clock says that we began. */
const clockToleranceMs = 86_400_000;

export class OpenAIProvider implements BatchProvider {
  readonly #client: OpenAI;

  constructor(account: Account) {
    this.#client = new OpenAI({
      // Without a key (a server on this machine) the SDK still wants one to put in the header.
      apiKey: account.apiKey ?? 'none',
      baseURL: account.baseUrl,
      organization: null,
      project: null,
      // Retries are the runner's business: it knows what may be repeated, and says so.
      maxRetries: 0,
      timeout: requestTimeoutMs,
    });
  }

  upload({ name, path }: UploadRequest, signal: AbortSignal): Promise<Answer<string>> {
    return answer(async () => {
      // Backed by the file: the bytes are read while they are sent.
      const file = new File([await openAsBlob(path)], name, { type: 'application/jsonl' });
      const options = { signal, timeout: transferTimeoutMs };
      return (await this.#client.files.create({ file, purpose: 'batch' }, options)).id;
    });
  }

  findUpload({ name, sizeBytes }: UploadRequest, signal: AbortSignal): Promise<Answer<string | null>> {
    return answer(async () => {
      const files = this.#client.files.list({ purpose: 'batch', order: 'desc' }, { signal });
      for await (const file of files) if (file.filename === name && file.bytes === sizeBytes) return file.id;
      return null;
    });
  }

  create(
    { inputFileId, endpoint, metadata, mark }: CreateRequest,
    signal: AbortSignal,
  ): Promise<Answer<RemoteBatch>> {
    return answer(async () =>
      toRemote(
        await this.#client.batches.create(
          {
            input_file_id: inputFileId,
            endpoint: endpoint as OpenAI.BatchCreateParams['endpoint'],
            completion_window: '24h',
            metadata: { ...metadata, [jobKey]: mark.jobId, [partKey]: String(mark.part) },
          },
          { signal, maxRetries: 0 },
        ),
      ),
    );
  }

  findBatch(mark: BatchMark, since: string, signal: AbortSignal): Promise<Answer<RemoteBatch | null>> {
    return answer(async () => {
      const oldestSeconds = (Date.parse(since) - clockToleranceMs) / 1000;
      // Newest first.
      for await (const batch of this.#client.batches.list({ limit: 100 }, { signal })) {
        if (batch.metadata?.[jobKey] === mark.jobId && batch.metadata[partKey] === String(mark.part)) {
          return toRemote(batch);
        }
        if (batch.created_at < oldestSeconds) break;
      }
      return null;
    });
  }

  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return answer(async () => toRemote(await this.#client.batches.retrieve(batchId, { signal })));
  }

  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return answer(async () => toRemote(await this.#client.batches.cancel(batchId, { signal })));
  }

  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>> {
    const partial = `${path}.part`;
    return answer(async () => {
      const response = await this.#client.files.content(fileId, { signal, timeout: transferTimeoutMs });
      try {
        const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as never);
        await pipeline(body, createWriteStream(partial, { flush: true }), { signal });
        await rename(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
    });
  }
}

function toRemote(batch: OpenAI.Batch): RemoteBatch {
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
