// Where a run is kept, so that it can be gone on with: the bytes that are sent, what was sent, and what came back. The same
// bytes to the same address are the same run; each time it is gone on with is a session with journals of its own.
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Provider } from '#core';
import { type ResultsFile, readLines, syncFolder } from '#files';
import { type Account, recordOf } from '../accounts/accounts.ts';
import { copyHashed, hashOf } from '../life/snapshot.ts';
import { type JobLock, lockFolder } from '../store/jobLock.ts';
import { cutTornEnd, DurableLog } from './durableLog.ts';
import { RowStates, readRowMark } from './rowStates.ts';

export interface RunIdentity {
  readonly home: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly account: Account;
  readonly provider: Provider;
  /** Of requests that name none. */
  readonly model: string | null;
}

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  /** The copy of the bytes that are sent. */
  readonly requests: string;
}

/** What earlier sessions left; none for a run that was never begun. */
export interface EarlierSessions {
  readonly sessions: number;
  readonly states: RowStates;
}

const snapshotName = 'requests.jsonl';
/** There since the answers that are there were all merged; holds where to. */
export const mergedName = 'merged.txt';

export function runsFolderOf(home: string): string {
  return join(home, 'runs');
}

/** The latest run of these bytes; with `isNew` the next, of which nothing is there yet. */
export async function runFolderOf(identity: RunIdentity, isNew: boolean): Promise<RunFolder> {
  const { home, sha256, account, provider, model } = identity;
  const where = createHash('sha256')
    .update(JSON.stringify([provider, account.baseUrl, model]))
    .digest('hex');
  const key = `${sha256.slice(0, 12)}-${where.slice(0, 6)}`;
  const runs = runsFolderOf(home);
  const names = await readdir(runs).catch(() => []);
  const made = names
    .filter((name) => name.startsWith(`${key}-`))
    .map((name) => Number(name.slice(key.length + 1)));
  const latest = Math.max(0, ...made.filter(Number.isSafeInteger));
  const id = `${key}-${isNew ? latest + 1 : Math.max(1, latest)}`;
  const path = join(runs, id);
  return { id, path, requests: join(path, snapshotName) };
}

export type EarlierAnswer =
  | ({ readonly kind: 'earlier' } & EarlierSessions)
  | { readonly kind: 'problem'; readonly message: string };

const inUse = 'Another process runs this file just now; wait until it is done, or stop it.';

/** Before anybody is asked: what would be gone on with. @throws the system's errors. */
export async function lookAtRun(folder: RunFolder): Promise<EarlierAnswer> {
  if (!(await isThere(folder.requests))) return { kind: 'earlier', sessions: 0, states: new RowStates() };
  const lock = await lockFolder(folder.path);
  if (lock === null) return { kind: 'problem', message: inUse };
  try {
    await cutTornEnds(folder.path);
    return { kind: 'earlier', ...(await readSessions(folder)) };
  } finally {
    await lock.release();
  }
}

/** Reads the journals once, as streams. */
async function readSessions({ path }: RunFolder): Promise<EarlierSessions> {
  const states = new RowStates();
  const sessions = await countSessions(path);
  for (let session = 1; session <= sessions; session++) {
    for await (const text of linesOf(sentPath(path, session))) {
      if (/^\d{1,12}$/.test(text)) states.sent(Number(text) - 1);
      else if (/^-\d{1,12}$/.test(text)) states.notTaken(Number(text.slice(1)) - 1);
    }
    for await (const text of linesOf(answersPath(path, session))) {
      const row = readRowMark(text);
      if (row !== null) states.ended(row.line, row.end);
    }
  }
  return { sessions, states };
}

/** What came back in all sessions, for the join. */
export async function resultsOf({ path }: RunFolder): Promise<readonly ResultsFile[]> {
  const files: ResultsFile[] = [];
  const sessions = await countSessions(path);
  for (let attempt = 1; attempt <= sessions; attempt++) {
    const file = answersPath(path, attempt);
    if (await isThere(file)) files.push({ path: file, attempt, trusted: true });
  }
  return files;
}

/**
 * What is merged need not be kept for ever: the merged file is known by the hash of what was written. Does not matter where
 * it cannot be written.
 */
export async function noteMerged(
  { path }: RunFolder,
  { out, sha256 }: { readonly out: string; readonly sha256: string | null },
): Promise<void> {
  const note = `${out}\n${sha256 ?? ''}\n`;
  await writeFile(join(path, mergedName), note, { mode: 0o600 }).catch(() => undefined);
}

/** One session of a run, in this process alone. */
export interface RunSession {
  readonly folder: RunFolder;
  readonly states: RowStates;
  readonly lock: JobLock;
  /** Numbers of the rows that are sent, before each call; one with a minus before it was surely not taken. */
  readonly sent: DurableLog;
  readonly answers: DurableLog;
  close(): Promise<void>;
}

export type SessionAnswer =
  | { readonly kind: 'session'; readonly session: RunSession }
  /** Nothing was sent; one sentence. */
  | { readonly kind: 'problem'; readonly message: string };

/** @param file whose bytes are copied where they are not there yet. @throws the system's errors. */
export async function openSession(
  folder: RunFolder,
  identity: RunIdentity,
  file: string,
): Promise<SessionAnswer> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder.path);
  if (lock === null) return { kind: 'problem', message: inUse };
  try {
    const changed = await keepBytes(folder, identity, file);
    if (changed !== null) {
      await lock.release();
      return { kind: 'problem', message: changed };
    }
    await cutTornEnds(folder.path);
    const { sessions, states } = await readSessions(folder);
    const sent = await DurableLog.open(sentPath(folder.path, sessions + 1));
    const answers = await DurableLog.open(answersPath(folder.path, sessions + 1));
    await syncFolder(folder.path);
    const close = async (): Promise<void> => {
      await sent.close();
      await answers.close();
      await lock.release();
    };
    return { kind: 'session', session: { folder, states, lock, sent, answers, close } };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** @returns why not, when the file is not what was agreed to. */
async function keepBytes(folder: RunFolder, identity: RunIdentity, file: string): Promise<string | null> {
  const kept = await stat(folder.requests).catch(() => null);
  if (kept !== null) {
    const range = { path: folder.requests, offset: 0, sizeBytes: kept.size };
    if ((await hashOf(range)).sha256 === identity.sha256) return null;
    return `The copy of the requests in ${folder.requests} was changed; nothing was sent. Run the file with --new.`;
  }
  const half = `${folder.requests}.tmp`;
  const { sha256 } = await copyHashed(file, half);
  if (sha256 !== identity.sha256) {
    await rm(half, { force: true });
    return 'The file changed since it was checked; nothing was sent. Run it again.';
  }
  await rename(half, folder.requests);
  const { provider, model, account } = identity;
  const record = { version: 1, file, sha256, provider, model, account: recordOf(account) };
  const at = { createdAt: new Date().toISOString() };
  await writeFile(join(folder.path, 'run.json'), `${JSON.stringify({ ...record, ...at }, null, 2)}\n`, {
    mode: 0o600,
  });
  return null;
}

async function cutTornEnds(path: string): Promise<void> {
  const sessions = await countSessions(path);
  for (let session = 1; session <= sessions; session++) {
    for (const file of [sentPath(path, session), answersPath(path, session)]) {
      if (await isThere(file)) await cutTornEnd(file);
    }
  }
}

async function countSessions(path: string): Promise<number> {
  const names = await readdir(path).catch(() => []);
  const numbers = names.map((name) => Number(/^sent-(\d{1,9})\.txt$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  if (!(await isThere(path))) return;
  for await (const lines of readLines(path, { chunkBytes: 1 << 18 })) {
    for (const { text } of lines) yield text;
  }
}

function sentPath(path: string, session: number): string {
  return join(path, `sent-${session}.txt`);
}

function answersPath(path: string, session: number): string {
  return join(path, `answers-${session}.jsonl`);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
