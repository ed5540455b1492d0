// What we know of a batch that was or will be paid for: the record kept on disk, shared by editor and terminal.
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
  /** 0-based line of the file that was sent, or null. */
  readonly line: number | null;
}

/** The provider's own word for the batch and its counts, kept as they came. */
export interface RemoteBatch {
  readonly batchId: string;
  readonly status: string;
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number } | null;
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
  readonly errors: readonly RemoteError[];
  /** ISO times, null when unknown. */
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly endedAt: string | null;
}

/** One file sent to the provider. A retry adds parts with the next attempt number. */
export interface JobPart {
  /** 1-based, unique in the job over all attempts. */
  readonly part: number;
  /** 1 for the first submission. */
  readonly attempt: number;
  /** Absolute path of the bytes that were checked, copied into the job's folder before the first call. */
  readonly snapshot: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly requests: number;
  /** ISO time; set without `inputFileId` means that the file may be at the provider already. */
  readonly uploadStartedAt: string | null;
  readonly inputFileId: string | null;
  /** ISO time written just before the paid call; set without `remote` means that we cannot tell yet whether it was made. */
  readonly createStartedAt: string | null;
  readonly remote: RemoteBatch | null;
  /** The provider's files are here as far as there are any: see the paths. */
  readonly downloaded: boolean;
  /** Absolute paths in the job's folder; null when the provider has no such file. */
  readonly outputPath: string | null;
  readonly errorPath: string | null;
}

export interface JobAccount {
  readonly profile: string;
  readonly baseUrl: string;
  /** First bytes of a hash of the key; never the key. */
  readonly keyFingerprint: string | null;
}

/** What the estimate said when a person agreed to it. Records of earlier versions have less. */
export interface AgreedEstimate {
  readonly inputTokens: number | null;
  readonly outputMaxTokens?: number | null | undefined;
  /** What earlier answers suggested. */
  readonly expected?: { readonly outputTokens: number; readonly batchUsd: number | null } | null | undefined;
  readonly batchUsd: { readonly input: number | null; readonly outputMax: number | null };
}

export interface Job {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  /** Absolute path of the file it was made from. */
  readonly file: string;
  readonly provider: 'openai';
  readonly account: JobAccount;
  readonly endpoint: string;
  readonly model: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly state: JobState;
  readonly attempt: number;
  readonly parts: readonly JobPart[];
  readonly estimate: AgreedEstimate;
  /** Absolute path of the merged results, decided at submit. */
  readonly resultsPath: string;
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
