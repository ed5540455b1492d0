// What a join of files is asked, and what it found besides the rows.
import type { AbsenceFrom, Outcome, RowFacts } from '#core';

export interface ResultsFile {
  readonly path: string;
  /** 1 for the first submission; rows of an earlier merge keep the attempt they name. */
  readonly attempt: number;
  /** Known to be results whatever its lines are; otherwise a file without a single result is refused. */
  readonly trusted?: boolean;
}

export interface JoinRequest {
  readonly requests: string;
  /** Output and error files in any order, and merged files of ours; later ones win where nothing else decides. */
  readonly results: readonly ResultsFile[];
  /** What became of requests without any result, by how their batch ended. */
  readonly absent: readonly AbsenceFrom[];
  /** USD of a result by what it says, and by the model that its request asks for; null when not known. */
  readonly priceOf: (outcome: Outcome, askedModel: string | null) => number | null;
}

export interface JoinOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes done of all bytes that will be read, each pass counted. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
}

/** A row as it is handed over; its bytes are valid until the next one. */
export interface JoinedRow {
  readonly facts: RowFacts;
  /** The request line as it is in the file: with a CR before its end, without LF and the file's own byte order mark. */
  readonly line: Uint8Array;
  /** The same as JSON in UTF-8; a line that is not JSON as a JSON string of its text, so that nothing of it is lost. */
  readonly request: Uint8Array;
  /** What the provider answered, as it wrote it. */
  readonly response: Uint8Array | null;
}

/** A line of a results file, for a person to find it. */
export interface ResultLineName {
  readonly path: string;
  /** 0-based. */
  readonly line: number;
}

export interface DuplicateResult extends ResultLineName {
  readonly attempt: number;
  readonly status: Outcome['status'];
}

/** Results with the same custom_id, of which one stands for the request. */
export interface Duplicate {
  readonly customId: string;
  readonly chosen: DuplicateResult;
  readonly others: readonly DuplicateResult[];
}

export interface UnreadableLine extends ResultLineName {
  readonly message: string;
}

export interface SurplusLine extends ResultLineName {
  readonly customId: string | null;
  /** `unknownId`: no request has it. `sharedId`: several requests have it. `noId`: it has none. */
  readonly reason: 'unknownId' | 'sharedId' | 'noId' | 'unreadable';
}
