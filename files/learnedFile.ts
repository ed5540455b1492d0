// What did earlier jobs and counts teach? Read from `calibration.json` in the state folder, again only when it changed.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EvidenceFile, type LearnedModels, learnedAt, type Places, readEvidence } from '#core';

export const calibrationName = 'calibration.json';

/** More is not what we write there. */
const mostBytes = 16_000_000;

/** Never throws: without the file nothing was learnt. */
export async function readEvidenceFile(home: string): Promise<EvidenceFile> {
  try {
    const path = join(home, calibrationName);
    if ((await stat(path)).size > mostBytes) {
      return { kind: 'unreadable', message: 'is too large for what it should hold; it was left as it is.' };
    }
    return readEvidence(await readFile(path, 'utf8'));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isAbsent
      ? { kind: 'entries', entries: [] }
      : { kind: 'unreadable', message: 'cannot be read; check its permissions.' };
  }
}

export class LearnedFile {
  readonly #home: string;
  #seen = '';
  #file: EvidenceFile = { kind: 'entries', entries: [] };
  #last: { readonly key: string; readonly models: LearnedModels } | null = null;

  /** @param home the state folder. */
  constructor(home: string) {
    this.#home = home;
  }

  /** What holds where requests would be sent. The same object as long as nothing changed. */
  async at(places: Places, nowMs: number): Promise<LearnedModels> {
    await this.#look();
    const key = JSON.stringify([this.#seen, places, Math.floor(nowMs / 60_000)]);
    if (this.#last?.key === key) return this.#last.models;
    const models = this.#file.kind === 'entries' ? learnedAt(this.#file.entries, places, nowMs) : {};
    this.#last = { key, models };
    return models;
  }

  async #look(): Promise<void> {
    const facts = await stat(join(this.#home, calibrationName), { bigint: true }).catch(() => null);
    const seen = facts === null ? '' : `${facts.ino}:${facts.mtimeNs}:${facts.size}`;
    if (seen === this.#seen) return;
    this.#file = await readEvidenceFile(this.#home);
    this.#seen = seen;
  }
}
