// What a job needs of a provider: the port that every adapter implements. Failures are values, never exceptions.
import type { RemoteBatch } from '#core';

export interface ApiProblem {
  readonly kind: /** The request surely never arrived: no route, no name, refused connection. */
    | 'unreachable'
    /** It may have arrived: time ran out, or the connection broke. */
    | 'interrupted'
    /** 429: surely not acted upon. */
    | 'throttled'
    /** 5xx: it may have been acted upon. */
    | 'server'
    /** 401 and 403. */
    | 'unauthorized'
    | 'notFound'
    /** Another 4xx, or a quota that waiting does not bring back: the provider read it and said no. */
    | 'rejected'
    /** A file of the job could not be read or written here; the provider has nothing to do with it. */
    | 'local';
  readonly status: number | null;
  /** The provider's own code, where it gives one. */
  readonly code: string | null;
  /** One sentence, with keys taken out. */
  readonly message: string;
  readonly retryAfterMs: number | null;
}

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: ApiProblem };

export interface UploadRequest {
  /** The file's name at the provider; unique, so that it can be found again. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes of the file handed to the network so far. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** Says which part of which job a batch is; kept in the batch's metadata. */
export interface BatchMark {
  readonly jobId: string;
  readonly part: number;
  readonly attempt: number;
}

export interface CreateRequest {
  readonly inputFileId: string;
  readonly endpoint: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly mark: BatchMark;
}

/** What is known of a batch that may have been made. */
export interface BatchSearch {
  readonly mark: BatchMark;
  /** The upload it would have been made from; no other job uses it. */
  readonly inputFileId: string;
}

/** How long an adapter waits for an answer. */
export interface Patience {
  readonly requestMs: number;
  /** Of an upload or a download: 200 MB on a slow line. */
  readonly transferMs: number;
}

export interface BatchProvider {
  /** Sends exactly the file's bytes, as a stream. @returns the provider's id of the file. */
  upload(request: UploadRequest, signal: AbortSignal): Promise<Answer<string>>;
  /** The ids of all uploads with this name and size, newest first. */
  findUploads(request: UploadRequest, signal: AbortSignal): Promise<Answer<readonly string[]>>;
  /** The paid call. Sent once, never repeated by itself. */
  create(request: CreateRequest, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  /** The batch that carries the mark, or null when a complete listing has none. */
  findBatch(search: BatchSearch, signal: AbortSignal): Promise<Answer<RemoteBatch | null>>;
  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  /** Streams a file to disk; the path appears only when it is complete. */
  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>>;
}
