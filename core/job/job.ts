// What we know of a batch that was or will be paid for: the record kept on disk, shared by editor and terminal.
import type { Provider } from '../dialects/dialect.ts';
import type { RowCounts, Usage } from '../result.ts';

export type JobState =
  | 'intended'
  | 'uploading'
  | 'submitted'
  | 'running'
  | 'finishing'
  | 'done'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'unclear';

/** One of the provider's reasons for refusing a file. */
export interface RemoteError {
  readonly code: string;
  readonly message: string;
  /** 0-based line of what was sent; in a record, of the job's requests. Null where none is named. */
  readonly line: number | null;
}

/** As the provider counts. */
export interface RemoteCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  /** Where the provider counts them by themselves; they are not among the failed. */
  readonly expired?: number | undefined;
  readonly cancelled?: number | undefined;
}

/** The provider's own word for the batch and its counts, kept as they came. */
export interface RemoteBatch {
  readonly batchId: string;
  readonly status: string;
  readonly counts: RemoteCounts | null;
  /** What the results are fetched by; where there is no file, the batch itself. Null while there are none. */
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
  readonly errors: readonly RemoteError[];
  /** ISO times, null when unknown. */
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly endedAt: string | null;
}

/** What is sent to the provider at once. A retry adds parts with the next attempt number. */
export interface JobPart {
  /** 1-based, unique in the job over all attempts. */
  readonly part: number;
  /** 1 for the first submission. */
  readonly attempt: number;
  /** Absolute path of a file in the job's folder, written before the first call: the part is a range of its bytes. */
  readonly snapshot: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Of these bytes alone. */
  readonly sha256: string;
  /** 0-based line of the snapshot with which it begins. */
  readonly firstLine: number;
  readonly requests: number;
  /** What it takes of the provider's queue; null when not known. */
  readonly inputTokens: number | null;
  /** Batches that the provider turned away because its queue was full. */
  readonly turnedAway: readonly string[];
  /** ISO time before which it is not sent again; null: at once. */
  readonly heldUntil: string | null;
  /** How many times in a row the provider could not take it just now. */
  readonly holds?: number | undefined;
  /** ISO time; set without `inputFileId` means that the file may be at the provider already. */
  readonly uploadStartedAt: string | null;
  readonly inputFileId: string | null;
  /** How many uploads of it were gone at the provider before a batch was made of them. */
  readonly uploadsLost?: number | undefined;
  /** ISO time written just before the paid call; set without `remote` means that we cannot tell yet whether it was made. */
  readonly createStartedAt: string | null;
  /** The newest batch of the account just before that, where batches carry no mark: only newer ones can be this one. */
  readonly fence: string | null;
  readonly remote: RemoteBatch | null;
  /** The answer to the paid call named its batch: it is surely of this part, and of no other job. */
  readonly answered?: boolean | undefined;
  /** A person said of an unanswered call that no batch came of it: before the next one it is looked whether one did. */
  readonly isDoubted?: boolean | undefined;
  /**
   * Not null while we cannot tell whether the provider has it: the batches that it may be, none where the search found
   * none so far.
   */
  readonly unclear: readonly string[] | null;
  /** Why the provider does not take it, in one sentence: nothing runs and nothing is billed. */
  readonly refusal: string | null;
  /** The provider's files are here as far as there are any: see the paths. */
  readonly downloaded: boolean;
  /** Absolute paths in the job's folder; null when the provider has no such file. */
  readonly outputPath: string | null;
  readonly errorPath: string | null;
  /** The upload was deleted at the provider. */
  readonly uploadDeleted: boolean;
  /** Why it could not be deleted although somebody wished it; it is not tried again unasked. */
  readonly uploadKept?: string | null | undefined;
  /** The provider does not know its batch any more: why we think so, in one sentence. */
  readonly lost?: string | null | undefined;
  /** Ids of result files that the provider no longer has. */
  readonly gone?: readonly string[] | undefined;
}

export interface JobAccount {
  readonly profile: string;
  readonly baseUrl: string;
  /** First bytes of a hash of the key; never the key. */
  readonly keyFingerprint: string | null;
  /** The version of the API that its requests were checked for; null or left out: the adapter's own. */
  readonly apiVersion?: string | null | undefined;
}

export interface ReusedResults {
  /** Absolute path of their rows, in the job's folder. */
  readonly path: string;
  readonly rows: number;
  /** Ids of the jobs that paid for them. */
  readonly jobs: readonly string[];
}

/** What the estimate said when a person agreed to it. Records of earlier versions have less. */
export interface AgreedEstimate {
  readonly inputTokens: number | null;
  readonly outputMaxTokens?: number | null | undefined;
  /** What earlier answers suggested. */
  readonly expected?: { readonly outputTokens: number; readonly batchUsd: number | null } | null | undefined;
  readonly batchUsd: { readonly input: number | null; readonly outputMax: number | null };
  /** The most that was agreed to, in USD, with all that can be added to the above; null: without a bound. */
  readonly mostUsd?: number | null | undefined;
}

export interface Job {
  readonly version: 2;
  readonly id: string;
  readonly name: string;
  /** Absolute path of the file it was made from. */
  readonly file: string;
  readonly provider: Provider;
  readonly account: JobAccount;
  readonly endpoint: string;
  readonly model: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly state: JobState;
  readonly attempt: number;
  /** Absolute path of all requests in source order, as they were when somebody agreed to send them. */
  readonly requests: string;
  /** Of that file: the same requests are known by it. */
  readonly sha256: string;
  readonly parts: readonly JobPart[];
  /** Answers of earlier jobs to requests that are the same, which are not sent again. */
  readonly reused: ReusedResults | null;
  /** Input tokens that may wait at the provider at once; null: no limit is known. */
  readonly queueTokens: number | null;
  /** How many attempts more are made by themselves for requests that failed and could succeed. */
  readonly retriesLeft: number;
  /** The uploads are deleted at the provider when the results are here. */
  readonly deletesUploads: boolean;
  readonly estimate: AgreedEstimate;
  /** Absolute path of the merged results, decided at submit. */
  readonly resultsPath: string;
  /** Of the merged file as this job wrote it; another job of the same file may have taken its place since. Left out: not known. */
  readonly resultsSha256?: string | undefined;
  /** They are there and complete for the attempts so far. */
  readonly resultsReady: boolean;
  readonly rows: RowCounts | null;
  /** What it cost by the usage of its rows; null when not known. */
  readonly costUsd: number | null;
  /** What its rows used together; null when one that succeeded does not say. Not in records of earlier versions. */
  readonly usage?: Usage | null | undefined;
  readonly cancelRequested: boolean;
  /** One sentence for a person about the present state, or null. */
  readonly message: string | null;
  /** ISO times. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

const terminalStates: ReadonlySet<JobState> = new Set(['done', 'failed', 'expired', 'cancelled']);

/** Nothing happens to it any more unless a person retries. */
export function isTerminal(job: Pick<Job, 'state'>): boolean {
  return terminalStates.has(job.state);
}

/** The parts of the attempt that is under way, or was the last. */
export function currentParts(job: Job): readonly JobPart[] {
  return job.parts.filter((part) => part.attempt === job.attempt);
}
