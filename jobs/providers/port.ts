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

/** The bytes of a part: a range of a file. */
export interface PartBytes {
  readonly path: string;
  /** Of the first byte. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface UploadRequest {
  /** The file's name at the provider; unique, so that it can be found again. */
  readonly name: string;
  readonly bytes: PartBytes;
  /** Bytes of the file handed to the network so far. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** Says which part of which job a batch is; kept in the batch's metadata or name. */
export interface BatchMark {
  readonly jobId: string;
  readonly part: number;
  readonly attempt: number;
}

export interface CreateRequest {
  /** Null where nothing is uploaded: the requests go with this call. */
  readonly inputFileId: string | null;
  readonly bytes: PartBytes;
  readonly endpoint: string;
  /** Where a batch is of one model that its requests do not name. */
  readonly model: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly mark: BatchMark;
  /** Bytes of the requests handed to the network so far, where they go with this call. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** What is known of a batch that may have been made. */
export interface BatchSearch {
  readonly mark: BatchMark;
  /** The upload it would have been made from; no other job uses it. */
  readonly inputFileId: string | null;
  /** Batches that are known to be others: of the same part, and where batches carry no mark of other parts and jobs. */
  readonly besides: readonly string[];
  /** The newest batch just before the call, where batches carry no mark; null: there was none. */
  readonly fence: string | null;
  readonly requests: number;
  readonly bytes: PartBytes;
}

export type FoundBatch =
  | { readonly kind: 'found'; readonly remote: RemoteBatch }
  /** A complete listing has none that it could be. */
  | { readonly kind: 'none' }
  /** One of these, or none of them: what would tell them apart is not there, or not yet. */
  | { readonly kind: 'perhaps'; readonly candidates: readonly RemoteBatch[] };

/** A batch of a listing, whoever made it. */
export interface ListedBatch {
  readonly remote: RemoteBatch;
  /** As the provider shows it; null where batches have no name. */
  readonly name: string | null;
  /** The job of ours that made it, as its mark says. */
  readonly mark: BatchMark | null;
  readonly endpoint: string | null;
  readonly model: string | null;
}

/** How long an adapter waits for an answer. */
export interface Patience {
  readonly requestMs: number;
  /** Of an upload or a download: 200 MB on a slow line. */
  readonly transferMs: number;
}

export const usualPatience: Patience = { requestMs: 60_000, transferMs: 3_600_000 };

export interface BatchProvider {
  /** Sends exactly these bytes, as a stream. @returns the provider's id of the file. Never asked where nothing is uploaded. */
  upload(request: UploadRequest, signal: AbortSignal): Promise<Answer<string>>;
  /** The ids of all uploads with this name and size, newest first. */
  findUploads(request: UploadRequest, signal: AbortSignal): Promise<Answer<readonly string[]>>;
  /** One that is gone already is deleted. */
  deleteUpload(fileId: string, signal: AbortSignal): Promise<Answer<void>>;
  /** The newest batch of the account, null when there is none; asked just before a create where batches carry no mark. */
  newestBatch(signal: AbortSignal): Promise<Answer<string | null>>;
  /** The paid call. Sent once, never repeated by itself. */
  create(request: CreateRequest, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  /** The batch of a create that was not answered. */
  findBatch(search: BatchSearch, signal: AbortSignal): Promise<Answer<FoundBatch>>;
  get(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  /** The newest batches of the account, at most `limit`. */
  list(limit: number, signal: AbortSignal): Promise<Answer<readonly ListedBatch[]>>;
  cancel(batchId: string, signal: AbortSignal): Promise<Answer<RemoteBatch>>;
  /**
   * Streams results to disk; the path appears only when they are complete. What an earlier try left beside it is gone
   * on with where the server can.
   * @param fileId `outputFileId` or `errorFileId` of the batch.
   */
  download(fileId: string, path: string, signal: AbortSignal): Promise<Answer<void>>;
}
