// Which files does the simulated account hold? Records and their bytes on disk, and how long they are kept.
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Records, type StoredRecord } from './records.ts';

export interface FileRecord extends StoredRecord {
  readonly filename: string;
  readonly purpose: string;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Gone for the user, but a batch under way still reads it. */
  readonly deleted: boolean;
}

export interface NewFile {
  readonly filename: string;
  readonly purpose: string;
  readonly createdAtMs: number;
  /** Null for the 30 days that OpenAI keeps batch files by default. */
  readonly keepSeconds: number | null;
}

const usualKeepSeconds = 30 * 24 * 3600;

export class FileStore {
  readonly #records: Records<FileRecord>;

  private constructor(records: Records<FileRecord>) {
    this.#records = records;
  }

  static open(folder: string): FileStore {
    return new FileStore(Records.open<FileRecord>(folder));
  }

  /** A path in the store's folder for bytes that are not yet a file; removed at the next start if left behind. */
  newPartPath(): string {
    return join(this.#records.folder, `${randomBytes(12).toString('hex')}.part`);
  }

  /** Takes over the bytes at `partPath`. */
  add(partPath: string, file: NewFile): FileRecord {
    const record: FileRecord = {
      id: `file-${randomBytes(11).toString('hex')}`,
      sequence: this.#records.nextSequence(),
      filename: file.filename,
      purpose: file.purpose,
      sizeBytes: statSync(partPath).size,
      createdAtMs: file.createdAtMs,
      expiresAtMs: file.createdAtMs + (file.keepSeconds ?? usualKeepSeconds) * 1000,
      deleted: false,
    };
    renameSync(partPath, this.path(record.id));
    this.#records.put(record);
    return record;
  }

  find(id: string, nowMs: number): FileRecord | null {
    const record = this.#records.get(id);
    return record !== null && !record.deleted && nowMs < record.expiresAtMs ? record : null;
  }

  all(nowMs: number): readonly FileRecord[] {
    return this.#records.all().filter((record) => !record.deleted && nowMs < record.expiresAtMs);
  }

  path(id: string): string {
    return join(this.#records.folder, `${id}.jsonl`);
  }

  /** `inUse` keeps the bytes until `release`. */
  delete(record: FileRecord, inUse: boolean): void {
    if (inUse) this.#records.put({ ...record, deleted: true });
    else this.#remove(record.id);
  }

  /** The last batch that read this file is over. */
  release(id: string): void {
    if (this.#records.get(id)?.deleted === true) this.#remove(id);
  }

  #remove(id: string): void {
    this.#records.delete(id);
    rmSync(this.path(id), { force: true });
  }
}

/** The file as the API shows it. */
export function fileObject(record: FileRecord): { readonly id: string } & Readonly<Record<string, unknown>> {
  return {
    object: 'file',
    id: record.id,
    purpose: record.purpose,
    filename: record.filename,
    bytes: record.sizeBytes,
    created_at: Math.floor(record.createdAtMs / 1000),
    expires_at: Math.floor(record.expiresAtMs / 1000),
    status: 'processed',
    status_details: null,
  };
}
