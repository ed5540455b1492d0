// Gemini's Files and Batches behind the provider port.
import type { File } from '@google/genai';
import type { RemoteBatch } from '#core';
import type { Account } from '../accounts/accounts.ts';
import { type Call, callsTo, StrangeAnswerError } from './calls.ts';
import {
  displayNameOf,
  inlineLine,
  inlineResponses,
  inputFileOf,
  resourceName,
  toListed,
  toRemote,
} from './geminiBatch.ts';
import { geminiErrors } from './geminiCalls.ts';
import { GeminiClient } from './geminiClient.ts';
import { keepDownload } from './keepDownload.ts';
import {
  type Answer,
  type BatchProvider,
  type BatchSearch,
  type CreateRequest,
  type FoundBatch,
  type ListedBatch,
  type Patience,
  type UploadRequest,
  usualPatience,
} from './port.ts';

/** More than there are on a page. */
const all = Number.POSITIVE_INFINITY;

export class GeminiProvider implements BatchProvider {
  readonly #client: GeminiClient;
  readonly #call: Call;

  constructor(account: Account, patience: Patience = usualPatience) {
    this.#client = new GeminiClient(account, patience);
    this.#call = callsTo(account, geminiErrors);
  }

  upload(request: UploadRequest, signal: AbortSignal): Promise<Answer<string>> {
    return this.#call(() => this.#client.upload(request, signal));
  }

  findUploads({ name, bytes }: UploadRequest, signal: AbortSignal): Promise<Answer<readonly string[]>> {
    return this.#call(async () => {
      const found: File[] = [];
      for await (const file of this.#client.files(signal)) {
        const isWhole = file.state !== 'FAILED' && Number(file.sizeBytes) === bytes.sizeBytes;
        if (file.displayName === name && isWhole) found.push(file);
      }
      return found.toSorted((a, b) => madeAtMs(b) - madeAtMs(a)).map((file) => String(file.name));
    });
  }

  deleteUpload(fileId: string, signal: AbortSignal): Promise<Answer<void>> {
    return this.#call(() => unlessGone(this.#client.deleteFile(fileId, signal)));
  }

  /** Batches are marked here: nobody asks. */
  newestBatch(): Promise<Answer<string | null>> {
    return Promise.resolve({ kind: 'ok', value: null });
  }

  /** The display name is all that a batch carries: what a person wrote beside it stays in the record of the job. */
  create(request: CreateRequest, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    const { model, endpoint, inputFileId, mark } = request;
    if (model === null) return Promise.resolve(withoutModel);
    return this.#call(async () => {
      const made = await this.#client.create(
        {
          model,
          displayName: displayNameOf(mark),
          fileName: resourceName('files', inputFileId ?? ''),
          method: endpoint === 'embedContent' ? 'asyncBatchEmbedContent' : 'batchGenerateContent',
        },
        signal,
      );
      return toRemote(made);
    });
  }

  findBatch(search: BatchSearch, signal: AbortSignal): Promise<Answer<FoundBatch>> {
    return this.#call(async () => {
      let seen = 0;
      for await (const operation of this.#client.batches(all, signal)) {
        seen += 1;
        if (isMeant(operation, search)) return { kind: 'found', remote: toRemote(operation) };
      }
      if (seen === 0) await this.#assertItAnswers(search, signal);
      return { kind: 'none' };
    });
  }

  /** A listing of nothing is "{}", which anything between us and Google may say; and here none means "pay again". */
  async #assertItAnswers({ inputFileId }: BatchSearch, signal: AbortSignal): Promise<void> {
    if (inputFileId === null) return;
    await unlessGone(this.#client.file(inputFileId, signal));
  }

  list(limit: number, signal: AbortSignal): Promise<Answer<readonly ListedBatch[]>> {
    return this.#call(async () => {
      const listed: ListedBatch[] = [];
      for await (const operation of this.#client.batches(limit, signal)) {
        listed.push(toListed(operation));
        if (listed.length >= limit) break;
      }
      return listed;
    });
  }

  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () => toRemote(await this.#client.get(batchId, signal)));
  }

  /** The answer is empty: the batch is looked at for what became of it. */
  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>> {
    return this.#call(async () => {
      await this.#client.cancel(batchId, signal);
      return toRemote(await this.#client.get(batchId, signal));
    });
  }

  /** @param fileId of responses, or the batch itself where they are inline. */
  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>> {
    const ask = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fileId.startsWith('batches/')
        ? this.#inline(fileId, signal)
        : this.#client.content(fileId, headers, signal);
    return this.#call(() => keepDownload({ source: fileId, path, signal, ask }));
  }

  /** Ours have a file; a batch that was made elsewhere and adopted may not. At most 20 MB (batch guide, 2026-09). */
  async #inline(batchId: string, signal: AbortSignal): Promise<Response> {
    const responses = inlineResponses(await this.#client.get(batchId, signal));
    if (responses === null) throw new StrangeAnswerError();
    return new Response(responses.map(inlineLine).join(''));
  }
}

async function unlessGone(asked: Promise<void>): Promise<void> {
  await asked.catch((error: unknown) => {
    if (geminiErrors.statusOf(error)?.status !== 404) throw error;
  });
}

function madeAtMs({ createTime }: File): number {
  return Date.parse(createTime ?? '') || 0;
}

/** By its name; a server that changes names still says which file. @throws StrangeAnswerError. */
function isMeant(operation: unknown, { mark, inputFileId, besides }: BatchSearch): boolean {
  const { remote, mark: found } = toListed(operation);
  if (besides.includes(remote.batchId)) return false;
  if (found !== null && found.jobId === mark.jobId && found.part === mark.part) return true;
  const file = inputFileOf(operation);
  return file !== null && inputFileId !== null && file === resourceName('files', inputFileId);
}

/** Nothing is sent: the model is part of the address. */
const withoutModel: Answer<never> = {
  kind: 'problem',
  problem: {
    ...{ kind: 'rejected', status: null, code: null, retryAfterMs: null },
    message: 'A batch at Gemini is of one model; submit the file again with "--model".',
  },
};
