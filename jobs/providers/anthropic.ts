// Anthropic's Message Batches behind the provider port, through the official SDK.
import Anthropic from '@anthropic-ai/sdk';
import { defaultConfiguration, type RemoteBatch } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { type AnthropicBatch, type BatchPage, readPage, toRemote } from './anthropicBatch.ts';
import { anthropicErrors } from './anthropicErrors.ts';
import { requestsBody } from './anthropicRequests.ts';
import { AnthropicSearch } from './anthropicSearch.ts';
import { type Call, callsTo, StrangeAnswerError } from './calls.ts';
import { keepDownload } from './keepDownload.ts';
import {
  type Answer,
  type BatchProvider,
  type BatchSearch,
  type CreateRequest,
  type FoundBatch,
  type ListedBatch,
  type Patience,
  usualPatience,
} from './port.ts';
import { notElsewhere, sentOnce } from './redirects.ts';

const batchesPath = '/v1/messages/batches';
/** 1,000 by the SDK (1.12.0), 100 by older pages of the documentation. */
const mostListed = 100;

export class AnthropicProvider implements BatchProvider {
  readonly #client: Anthropic;
  readonly #call: Call;
  readonly #patience: Patience;
  readonly #search: AnthropicSearch;

  constructor(account: Account, patience: Patience = usualPatience) {
    this.#patience = patience;
    this.#call = callsTo(account, anthropicErrors);
    this.#search = new AnthropicSearch((batchId, signal) => this.#results(batchId, signal));
    this.#client = new Anthropic({
      // Given in any case, so that no other credential of the environment or of a configuration file is taken.
      apiKey: account.apiKey ?? 'none',
      baseURL: account.baseUrl,
      defaultHeaders: headersOf(account),
      fetchOptions: notElsewhere,
      // Retries are the runner's business: it knows what may be repeated, and says so.
      maxRetries: 0,
      timeout: patience.requestMs,
      // Its log and its traces would hold request content.
      logLevel: 'off',
      openTelemetry: false,
    });
  }

  /** The requests go with the create call: nobody asks. */
  upload(): Promise<Answer<string>> {
    return Promise.reject(new Error('Anthropic takes no uploads.'));
  }

  findUploads(): Promise<Answer<readonly string[]>> {
    return Promise.resolve({ kind: 'ok', value: [] });
  }

  deleteUpload(): Promise<Answer<void>> {
    return Promise.resolve({ kind: 'ok', value: undefined });
  }

  newestBatch(signal: AbortSignal): Promise<Answer<string | null>> {
    return this.#call(async () => {
      const { data } = await this.#page(1, null, signal);
      return data[0]?.id ?? null;
    });
  }

  create(request: CreateRequest, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () => {
      const { headers, stream, failure } = requestsBody(request);
      const timeout = this.#patience.transferMs;
      const options = { body: stream, headers, signal, timeout, fetchOptions: sentOnce };
      try {
        return toRemote(await this.#client.post<unknown>(batchesPath, options));
      } catch (error) {
        throw failure() ?? error;
      }
    });
  }

  findBatch(search: BatchSearch, signal: AbortSignal): Promise<Answer<FoundBatch>> {
    return this.#call(() => this.#search.find(search, this.#batches(mostListed, signal), signal));
  }

  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () =>
      toRemote(await this.#client.messages.batches.retrieve(batchId, null, { signal })),
    );
  }

  list(limit: number, signal: AbortSignal): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call(async () => {
      const listed: ListedBatch[] = [];
      for await (const batch of this.#batches(Math.min(limit, mostListed), signal)) {
        const unknown = { name: null, mark: null, model: null };
        listed.push({ remote: toRemote(batch), endpoint: '/v1/messages', ...unknown });
        if (listed.length >= limit) break;
      }
      return listed;
    });
  }

  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () =>
      toRemote(await this.#client.messages.batches.cancel(batchId, null, { signal })),
    );
  }

  /** @param fileId the batch itself: its results are no file of their own. */
  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>> {
    return this.#call(async () => {
      await keepDownload({
        ...{ source: fileId, path, signal },
        ask: (headers) => this.#results(fileId, signal, headers),
      });
    });
  }

  /** By the batch's id and never by its `results_url`: the key goes to the address of the account alone. */
  #results(
    batchId: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers = { accept: 'application/binary', ...more };
    const timeout = this.#patience.transferMs;
    const path = `${batchesPath}/${encodeURIComponent(batchId)}/results`;
    return this.#client.get(path, { headers, signal, timeout }).asResponse();
  }

  /** A whole listing, newest first. The SDK's own paging takes whatever is no list for an empty one. */
  async *#batches(limit: number, signal: AbortSignal): AsyncGenerator<AnthropicBatch> {
    const seen = new Set<string>();
    for (let after: string | null = null; ; ) {
      const page = await this.#page(limit, after, signal);
      yield* page.data;
      if (!page.has_more) return;
      after = page.last_id ?? page.data.at(-1)?.id ?? null;
      // More is promised, but it cannot be asked for, or comes in a circle.
      if (after === null || seen.has(after)) throw new StrangeAnswerError();
      seen.add(after);
    }
  }

  async #page(limit: number, after: string | null, signal: AbortSignal): Promise<BatchPage> {
    const query = { limit, ...(after === null ? {} : { after_id: after }) };
    return readPage(await this.#client.get<unknown>(batchesPath, { query, signal }));
  }
}

/**
 * Up to the version 2023-06-01 a key had a header of its own; the SDK sends it as a bearer (1.0.0, 2026-10-21). What
 * ANTHROPIC_CUSTOM_HEADERS holds belongs to the account only when a profile says so.
 */
function headersOf({ apiKey, apiVersion, headers }: Account): Readonly<Record<string, string | null>> {
  const version = apiVersion ?? defaultConfiguration.anthropicVersion;
  const key = apiKey ?? 'none';
  const foreign = (process.env.ANTHROPIC_CUSTOM_HEADERS ?? '')
    .split('\n')
    .flatMap((line) => (line.includes(':') ? [line.slice(0, line.indexOf(':')).trim()] : []));
  return {
    ...Object.fromEntries(foreign.map((name) => [name, null])),
    ...headers,
    'anthropic-version': version,
    ...(version === '2023-06-01'
      ? { 'x-api-key': key, authorization: null }
      : { authorization: `Bearer ${key}` }),
  };
}
