// What did earlier jobs and counts teach? Read from `calibration.json` in the state folder, again only when it changed.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EvidenceFile, type LearnedModels, learnedAt, type Places, readEvidence } from '#core';
import { fileMark } from './fileMark.ts';

export const calibrationName = 'calibration.json';

const pollMs = 3_000;
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
    const seen = this.#mark();
    if (seen !== this.#seen) {
      this.#file = await readEvidenceFile(this.#home);
      this.#seen = seen;
    }
    const key = JSON.stringify([this.#seen, places, Math.floor(nowMs / 60_000)]);
    if (this.#last?.key === key) return this.#last.models;
    const models = this.#file.kind === 'entries' ? learnedAt(this.#file.entries, places, nowMs) : {};
    this.#last = { key, models };
    return models;
  }

  /** Calls back some seconds after a job or a count taught something, of this process or another. */
  watch(listener: () => void): { dispose(): void } {
    let last: string | null = null;
    const look = (): void => {
      const mark = this.#mark();
      if (last !== null && mark !== last) listener();
      last = mark;
    };
    look();
    const poll = setInterval(look, pollMs);
    poll.unref();
    return { dispose: () => clearInterval(poll) };
  }

  #mark(): string {
    return fileMark(join(this.#home, calibrationName));
  }
}
