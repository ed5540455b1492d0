// What we know of a batch that was or will be paid for: the record kept on disk, shared by editor and terminal.
import type { RowCounts } from './result.ts';

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

/** The provider's own word for the batch and its counts, kept as they came. */
export interface RemoteBatch {
  readonly batchId: string;
  readonly status: string;
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number } | null;
  readonly outputFileId: string | null;
  readonly errorFileId: string | null;
  /** The provider's reasons for refusing the file; lines are 0-based here. */
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly line: number | null;
  }[];
  /** ISO times, null when unknown. */
  readonly createdAt: string | null;
  readonly expiresAt: string | null;
  readonly endedAt: string | null;
}

/** One file sent to the provider. A retry adds parts with the next attempt number. */
export interface JobPart {
  readonly part: number;
  readonly attempt: number;
  /** The bytes that were checked, copied into the job's folder before the first call. */
  readonly snapshot: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly requests: number;
  readonly inputFileId: string | null;
  /** ISO time written just before the paid call; set without `remote` means: we do not know yet whether it was made. */
  readonly createStartedAt: string | null;
  readonly remote: RemoteBatch | null;
  /** Downloaded files in the job's folder, null until complete. */
  readonly outputPath: string | null;
  readonly errorPath: string | null;
}

export interface JobAccount {
  readonly profile: string;
  readonly baseUrl: string;
  /** First bytes of a hash of the key; never the key. */
  readonly keyFingerprint: string | null;
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
  readonly estimate: {
    readonly inputTokens: number | null;
    readonly batchUsd: { readonly input: number | null; readonly outputMax: number | null };
  };
  /** Where the merged results go, decided at submit; `resultsReady` once they are there. */
  readonly resultsPath: string;
  readonly resultsReady: boolean;
  readonly rows: RowCounts | null;
  /** What it cost by the usage of its rows; null when not known. */
  readonly costUsd: number | null;
  readonly cancelRequested: boolean;
  /** One sentence for a person about the present state, or null. */
  readonly message: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
