// What do the handlers of one simulated account share?
import type { FaultCounter, Faults } from '../faults.ts';
import type { FileStore } from '../fileStore.ts';
import type { Records } from '../records.ts';
import type { BatchRecord } from './batchRecord.ts';
import type { Endpoint } from './endpoints.ts';

export interface AccountContext {
  readonly files: FileStore;
  readonly batches: Records<BatchRecord>;
  readonly faults: Faults;
  readonly counter: FaultCounter;
  /** How long a batch takes, from creation to its end. */
  readonly durationMs: number;
  /** Largest input file of a batch. */
  readonly maxFileSizeBytes: number;
  readonly now: () => number;
  /** What a batch can call. */
  readonly endpoints: readonly Endpoint[];
  /** A file of errors is there also when it has no lines, as at Azure. */
  readonly hasEmptyFiles: boolean;
  /** Aborted when the simulator is disposed of. */
  readonly signal: AbortSignal;
}
