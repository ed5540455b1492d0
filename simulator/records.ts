// What does the simulator remember over a restart? One small JSON file per record, written whole before it is answered.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredRecord {
  readonly id: string;
  /** Counts up with each new record: the order of creation, whatever the clock does. */
  readonly sequence: number;
}

/** Records of one kind in one folder. Reads at `open`, then serves from memory. */
export class Records<T extends StoredRecord> {
  readonly folder: string;
  readonly #byId = new Map<string, T>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder where needed; files that cannot be read are left alone, half-written ones are removed. */
  static open<T extends StoredRecord>(folder: string): Records<T> {
    const records = new Records<T>(folder);
    mkdirSync(folder, { recursive: true });
    const found: T[] = [];
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.part')) rmSync(join(folder, name), { force: true });
      if (!name.endsWith('.json')) continue;
      const record = readRecord<T>(join(folder, name));
      if (record !== null) found.push(record);
    }
    found.sort((a, b) => a.sequence - b.sequence);
    for (const record of found) records.#byId.set(record.id, record);
    return records;
  }

  get(id: string): T | null {
    return this.#byId.get(id) ?? null;
  }

  /** Oldest first. */
  all(): readonly T[] {
    return [...this.#byId.values()];
  }

  nextSequence(): number {
    let last = 0;
    for (const record of this.#byId.values()) last = Math.max(last, record.sequence);
    return last + 1;
  }

  /** On disk when it returns; a kill leaves the old record or the new one. */
  put(record: T): void {
    const path = join(this.folder, `${record.id}.json`);
    writeFileSync(`${path}.part`, JSON.stringify(record));
    renameSync(`${path}.part`, path);
    this.#byId.set(record.id, record);
  }

  delete(id: string): void {
    this.#byId.delete(id);
    rmSync(join(this.folder, `${id}.json`), { force: true });
  }
}

function readRecord<T extends StoredRecord>(path: string): T | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const known = typeof value === 'object' && value !== null && 'id' in value && 'sequence' in value;
    return known ? (value as T) : null;
  } catch {
    return null;
  }
}
