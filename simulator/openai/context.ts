// What do the handlers of one simulated account share?
import type { FaultCounter, Faults } from '../faults.ts';
import type { Records } from '../records.ts';
import type { BatchRecord } from './batchRecord.ts';
import type { FileStore } from './fileStore.ts';

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
  /** Aborted when the simulator is disposed of. */
  readonly signal: AbortSignal;
}
