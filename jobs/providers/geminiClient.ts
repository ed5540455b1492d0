// The calls of Gemini's API: the official SDK asks where it can, and its answers are read as they came, for it leaves out
// counts and errors; what it cannot do at all goes by REST. The key goes in a header, to the account's own address alone.
import { type File, GoogleGenAI, type HttpOptions } from '@google/genai';
import { bareModel, isObject } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { StrangeAnswerError } from './calls.ts';
import { resourceName, resourcePath } from './geminiBatch.ts';
import { askFollowing, askGemini, askJson, geminiHeaders } from './geminiCalls.ts';
import type { Patience, UploadRequest } from './port.ts';
import { streamedPart } from './streamedBody.ts';

/** The SDK asks /v1 unless told otherwise (3.1.0); batches are documented under this one. */
const usualVersion = 'v1beta';
/** Of a listing; the most that files allow. */
const pageSize = 100;

export interface NewBatch {
  readonly model: string;
  readonly displayName: string;
  /** "files/…". */
  readonly fileName: string;
  readonly method: 'batchGenerateContent' | 'asyncBatchEmbedContent';
}

interface Asked {
  readonly abortSignal: AbortSignal;
  readonly httpOptions: HttpOptions;
}

interface Page {
  readonly items: readonly unknown[];
  readonly next: string | null;
}

/** Failures are those that `geminiErrors` reads. */
export class GeminiClient {
  readonly #sdk: GoogleGenAI;
  readonly #patience: Patience;
  readonly #keyHeaders: Readonly<Record<string, string>>;
  readonly #baseUrl: string;
  readonly #version: string;

  constructor(account: Account, patience: Patience) {
    this.#patience = patience;
    this.#keyHeaders = geminiHeaders(account);
    this.#baseUrl = account.baseUrl.replace(/\/+$/, '');
    this.#version = account.apiVersion ?? usualVersion;
    this.#sdk = new GoogleGenAI({
      // Given in any case: without, it takes one of the environment, or complains on standard error.
      apiKey: account.apiKey ?? 'none',
      // Not Google's cloud, whatever the environment says.
      vertexai: false,
      // Without retry options it asks once: the runner knows what may be repeated, and says so.
      httpOptions: { baseUrl: this.#baseUrl, apiVersion: this.#version, headers: { ...account.headers } },
    });
  }

  /** The SDK sends whole files alone. @returns the file's name, "files/…". */
  async upload(request: UploadRequest, signal: AbortSignal): Promise<string> {
    const { stream, failure } = streamedPart(request);
    const place = await this.#uploadPlace(request, signal);
    try {
      const answer = await askJson(place, {
        ...{ method: 'POST', body: stream, signal, timeoutMs: this.#patience.transferMs },
        headers: {
          ...this.#keyHeaders,
          'content-length': String(request.bytes.sizeBytes),
          'x-goog-upload-offset': '0',
          'x-goog-upload-command': 'upload, finalize',
        },
      });
      const file = isObject(answer) ? answer.file : null;
      if (!isObject(file) || typeof file.name !== 'string') throw new StrangeAnswerError();
      return file.name;
    } catch (error) {
      throw failure() ?? error;
    }
  }

  /** Where the bytes go: to the account's own host, whatever the answer says, for the key goes along. */
  async #uploadPlace({ name, bytes }: UploadRequest, signal: AbortSignal): Promise<string> {
    const response = await askGemini(`${this.#baseUrl}/upload/${this.#version}/files`, {
      ...{ method: 'POST', signal, timeoutMs: this.#patience.requestMs },
      headers: {
        ...this.#keyHeaders,
        'content-type': 'application/json',
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(bytes.sizeBytes),
        'x-goog-upload-header-content-type': 'application/jsonl',
      },
      body: JSON.stringify({ file: { displayName: name } }),
    });
    await response.body?.cancel();
    const given = response.headers.get('x-goog-upload-url');
    if (given === null || !URL.canParse(given)) throw new StrangeAnswerError();
    const { pathname, search } = new URL(given);
    return new URL(`${pathname}${search}`, this.#baseUrl).href;
  }

  /** All uploads. */
  async *files(signal: AbortSignal): AsyncGenerator<File> {
    for await (const file of pages((pageToken) =>
      this.#page('files', signal, (asked) =>
        this.#sdk.files.list({ config: { ...asked, ...pageToken, pageSize } }),
      ),
    )) {
      if (!isObject(file) || typeof file.name !== 'string') throw new StrangeAnswerError();
      yield file as File;
    }
  }

  /** @throws StrangeAnswerError when what is answered is no file. */
  async file(fileId: string, signal: AbortSignal): Promise<void> {
    const name = resourceName('files', fileId);
    const said = await this.#said(signal, (config) => this.#sdk.files.get({ name, config }));
    if (!isObject(said) || typeof said.name !== 'string') throw new StrangeAnswerError();
  }

  async deleteFile(fileId: string, signal: AbortSignal): Promise<void> {
    const name = resourceName('files', fileId);
    await this.#said(signal, (config) => this.#sdk.files.delete({ name, config }));
  }

  create({ model, displayName, fileName, method }: NewBatch, signal: AbortSignal): Promise<unknown> {
    if (method === 'batchGenerateContent') {
      return this.#said(signal, (asked) =>
        this.#sdk.batches.create({ model, src: { fileName }, config: { ...asked, displayName } }),
      );
    }
    // The SDK's own call for it warns on standard error that it is experimental.
    const name = encodeURIComponent(bareModel(model));
    return askJson(`${this.#baseUrl}/${this.#version}/models/${name}:${method}`, {
      ...{ method: 'POST', signal, timeoutMs: this.#patience.requestMs },
      headers: { ...this.#keyHeaders, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: { displayName, inputConfig: { fileName } } }),
    });
  }

  /** A batch as its operation. */
  get(batchId: string, signal: AbortSignal): Promise<unknown> {
    const name = resourcePath('batches', batchId);
    return this.#said(signal, (config) => this.#sdk.batches.get({ name, config }));
  }

  /** The answer says nothing of the batch. */
  async cancel(batchId: string, signal: AbortSignal): Promise<void> {
    const name = resourcePath('batches', batchId);
    const said = await this.#said(signal, (config) => this.#sdk.batches.cancel({ name, config }));
    if (!isObject(said)) throw new StrangeAnswerError();
  }

  /** All batches as their operations, asked for in pages of at most this many. */
  batches(most: number, signal: AbortSignal): AsyncGenerator<unknown> {
    const size = Math.min(most, pageSize);
    return pages((pageToken) =>
      this.#page('operations', signal, (asked) =>
        this.#sdk.batches.list({ config: { ...asked, ...pageToken, pageSize: size } }),
      ),
    );
  }

  /** The SDK writes to a path of its own, and cannot go on with what came before. */
  content(fileId: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
    const place = `${this.#baseUrl}/download/${this.#version}/${resourcePath('files', fileId)}`;
    const timeoutMs = this.#patience.transferMs;
    return askFollowing(`${place}:download?alt=media`, this.#keyHeaders, { headers, signal, timeoutMs });
  }

  /** The SDK asks; what is answered is taken as it came, and the SDK gets an answer that it cannot stumble over. */
  async #said(signal: AbortSignal, act: (asked: Asked) => Promise<unknown>): Promise<unknown> {
    const said: unknown[] = [];
    const answer = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const { method, headers, body } = init ?? {};
      said.push(
        await askJson(String(input), {
          method: method as 'GET' | 'POST' | 'DELETE',
          headers: Object.fromEntries(new Headers(headers)),
          ...(typeof body === 'string' ? { body } : {}),
          ...{ signal, timeoutMs: this.#patience.requestMs },
        }),
      );
      return Response.json({});
    };
    await act({ abortSignal: signal, httpOptions: { fetch: answer } });
    // Nobody was asked.
    if (said.length === 0) throw new StrangeAnswerError();
    return said[0];
  }

  /** A list without members is left out of the answer; but whatever is no object is no answer. */
  async #page(
    member: 'files' | 'operations',
    signal: AbortSignal,
    act: (asked: Asked) => Promise<unknown>,
  ): Promise<Page> {
    const said = await this.#said(signal, act);
    const items = isObject(said) ? (said[member] ?? []) : null;
    if (!isObject(said) || !Array.isArray(items)) throw new StrangeAnswerError();
    const { nextPageToken: next } = said;
    return { items, next: typeof next === 'string' && next !== '' ? next : null };
  }
}

/** A whole listing, in whatever order it comes: none is promised. */
async function* pages(
  ask: (pageToken: { readonly pageToken?: string }) => Promise<Page>,
): AsyncGenerator<unknown> {
  const seen = new Set<string>();
  for (let token: string | null = null; ; ) {
    const page: Page = await ask(token === null ? {} : { pageToken: token });
    yield* page.items;
    token = page.next;
    if (token === null) return;
    // More is promised, but comes in a circle.
    if (seen.has(token)) throw new StrangeAnswerError();
    seen.add(token);
  }
}
