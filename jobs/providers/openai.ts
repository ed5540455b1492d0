// OpenAI's Files and Batches behind the provider port, through the official SDK.
import OpenAI from 'openai';
import type { RemoteBatch } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { type Call, callsTo, StrangeAnswerError } from './calls.ts';
import { keepDownload } from './keepDownload.ts';
import { type AzureForm, azureFileReady, azureForm } from './openaiAzure.ts';
import { isMeant, marked, markOf, secondsOf, toRemote } from './openaiBatch.ts';
import { openaiErrors } from './openaiErrors.ts';
import { ListingEnd, mostListed, pagesOf } from './openaiListing.ts';
import {
  type Answer,
  type ApiProblem,
  type BatchProvider,
  type BatchSearch,
  type CreateRequest,
  type FoundBatch,
  type ListedBatch,
  type Patience,
  type UploadRequest,
  usualPatience,
} from './port.ts';
import { notElsewhere, sentOnce } from './redirects.ts';
import { uploadBody } from './streamedBody.ts';

export class OpenAIProvider implements BatchProvider {
  readonly #client: OpenAI;
  readonly #call: Call;
  readonly #patience: Patience;
  /** Null: not Azure. */
  readonly #azure: AzureForm | null;

  constructor(account: Account, patience: Patience = usualPatience) {
    this.#patience = patience;
    this.#azure = account.provider === 'azure' ? azureForm(account) : null;
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
      defaultHeaders: { ...account.headers, ...this.#azure?.headers },
      defaultQuery: this.#azure?.query,
      fetchOptions: this.#azure === null ? undefined : notElsewhere,
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
      for await (const file of pagesOf<OpenAI.FileObject>(this.#client, '/files', filesQuery, signal)) {
        if (file.filename === name && file.bytes === bytes.sizeBytes) found.push(file.id);
      }
      return found;
    });
  }

  async create(
    { inputFileId, endpoint, metadata, mark }: CreateRequest,
    signal: AbortSignal,
  ): Promise<Answer<RemoteBatch>> {
    const body = {
      input_file_id: inputFileId ?? '',
      endpoint: this.#azure?.endpoint ?? endpoint,
      completion_window: '24h',
      metadata: marked(metadata, mark),
    };
    if (this.#azure !== null) {
      const ready = await this.#call(() => azureFileReady(this.#client, body.input_file_id, signal));
      if (ready.kind === 'problem') return { kind: 'problem', problem: neverSent(ready.problem) };
    }
    return this.#call(async () => {
      const params = body as OpenAI.BatchCreateParams;
      return toRemote(await this.#client.batches.create(params, { signal, maxRetries: 0 }));
    });
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
      for await (const batch of pagesOf<OpenAI.Batch>(
        this.#client,
        '/batches',
        { limit: mostListed },
        signal,
      )) {
        if (isMeant(batch, search)) return { kind: 'found', remote: toRemote(batch) };
        if (end.isReached(secondsOf(batch.created_at))) break;
      }
      return { kind: 'none' };
    });
  }

  list(limit: number, signal: AbortSignal): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call(async () => {
      const listed: ListedBatch[] = [];
      const query = { limit: Math.min(limit, mostListed) };
      for await (const batch of pagesOf<OpenAI.Batch>(this.#client, '/batches', query, signal)) {
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
      await keepDownload({
        ...{ source: fileId, path, signal },
        ask: (headers) => this.#client.files.content(fileId, { headers, signal, timeout }),
      });
    });
  }

  /** Seconds since 1970 by the provider's clock, for ours may be wrong; null when it no longer knows the file. */
  async #uploadedAt(fileId: string, signal: AbortSignal): Promise<number | null> {
    try {
      return secondsOf((await this.#client.files.retrieve(fileId, { signal })).created_at);
    } catch (error) {
      if (error instanceof OpenAI.NotFoundError) return null;
      throw error;
    }
  }
}

/** Of a call before the paid one: whatever became of it, no batch was made. */
function neverSent(problem: ApiProblem): ApiProblem {
  const isOpen = problem.kind === 'interrupted' || problem.kind === 'server';
  return isOpen ? { ...problem, kind: 'unreachable' } : problem;
}

const filesQuery = { purpose: 'batch', order: 'desc' };
