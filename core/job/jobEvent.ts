// What can happen to a job? `advance` says how it changes by it.
import type { RowCounts, Usage } from '../result.ts';
import type { JobPart, RemoteBatch } from './job.ts';

export type JobEvent =
  | { readonly kind: 'uploadStarted'; readonly part: number }
  | {
      readonly kind: 'uploaded';
      readonly part: number;
      readonly inputFileId: string;
      readonly message: string | null;
    }
  /** @param fence the newest batch of the account, where batches carry no mark. */
  | { readonly kind: 'createStarted'; readonly part: number; readonly fence: string | null }
  /** @param answered the call itself said so; left out: it was found, or named by a person. */
  | {
      readonly kind: 'created';
      readonly part: number;
      readonly remote: RemoteBatch;
      readonly answered?: true | undefined;
    }
  /**
   * No batch was made, and the call may be repeated. @param heldUntil ISO time: not before.
   * @param byHand a person said so; left out: it is certain.
   */
  | {
      readonly kind: 'createNotSent';
      readonly part: number;
      readonly message: string | null;
      readonly heldUntil?: string | null | undefined;
      readonly byHand?: true | undefined;
    }
  /** The provider does not take it now; the others go on meanwhile. @param until ISO time. */
  | { readonly kind: 'held'; readonly part: number; readonly until: string; readonly message: string }
  /** What was uploaded is not at the provider any more; nothing was made of it. */
  | { readonly kind: 'uploadLost'; readonly part: number; readonly message: string }
  /** No answer came: the provider may have made the batch, perhaps as one of the candidates. */
  | {
      readonly kind: 'createUnclear';
      readonly part: number;
      readonly candidates: readonly string[];
      readonly message: string;
    }
  /** The provider refused the file or the batch; nothing runs and nothing is billed. */
  | { readonly kind: 'refused'; readonly part: number; readonly message: string }
  | { readonly kind: 'remoteSeen'; readonly part: number; readonly remote: RemoteBatch }
  | {
      readonly kind: 'downloaded';
      readonly part: number;
      readonly outputPath: string | null;
      readonly errorPath: string | null;
      /** Files that the provider no longer has. */
      readonly gone?: readonly string[] | undefined;
    }
  | {
      readonly kind: 'merged';
      readonly rows: RowCounts;
      readonly costUsd: number | null;
      readonly usage: Usage | null;
      /** Where they are; another place than agreed when that was taken. */
      readonly resultsPath: string;
      readonly resultsSha256?: string | undefined;
      readonly message: string | null;
    }
  /** The same results once more, as their file was gone or is another's. */
  | { readonly kind: 'mergedAgain'; readonly resultsPath: string; readonly resultsSha256: string }
  /** The provider does not know the batch any more; what it answered is lost. */
  | { readonly kind: 'batchLost'; readonly part: number; readonly message: string }
  | { readonly kind: 'uploadDeleted'; readonly part: number }
  | { readonly kind: 'uploadKept'; readonly part: number; readonly message: string }
  /** Somebody wishes the uploads away. */
  | { readonly kind: 'deletionAsked' }
  /** Files that the provider did not have are asked for once more. */
  | { readonly kind: 'fetchAgain' }
  /** Something a person should know, such as a connection that is down; changes nothing else. */
  | { readonly kind: 'noted'; readonly message: string | null }
  | { readonly kind: 'cancelRequested' }
  /** Cancelled before anything was created. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'retried'; readonly parts: readonly JobPart[]; readonly retriesLeft: number };
