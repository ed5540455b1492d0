// Was the paid call of a part begun? One file says it that only one process can make, and that nobody who was overtaken undoes.
import { open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JobPart } from '#core';
import { isAlive, syncFolder } from '#files';
import { isMark, localPid, processMark, wordOf } from './processMark.ts';
import { codeOf } from './storeError.ts';

/** Which paid call is meant. */
export type CreateCall = Pick<JobPart, 'part' | 'turnedAway'>;

/** What the note of a paid call says. */
export interface BegunCreate {
  /** As in the part: the newest batch just before the call. */
  readonly fence: string | null;
  /** Its writer was killed, or had no room on the disk, before the note was whole: it made no call. */
  readonly isTorn: boolean;
}

/** A part that was turned away is created again: that is another call. */
export function createNotePath(folder: string, { part, turnedAway }: CreateCall): string {
  const turn = turnedAway.length === 0 ? '' : `-${turnedAway.length}`;
  return join(folder, `create-${part}${turn}`);
}

/** On disk when it resolves; false where it was there before. */
export async function writeCreateNote(path: string, fence: string | null): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(processMark({ fence: fence ?? '' }));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}

export async function readCreateNote(path: string): Promise<BegunCreate | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : { fence: wordOf(text, 'fence'), isTorn: !isMark(text) };
}

/** Another process of this computer. */
export async function isNoteWriterAlive(path: string): Promise<boolean> {
  const pid = localPid(await readFile(path, 'utf8').catch(() => ''));
  return pid !== null && pid !== process.pid && isAlive(pid);
}

export async function removeCreateNote(path: string): Promise<void> {
  await rm(path, { force: true });
}
