// One run of a file from the moment somebody agreed to it: send the rows that have no result, then join what there is.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Configuration, Dialect, PaceLimits } from '#core';
import {
  type FileFailure,
  type JoinOptions,
  type MergeReport,
  type MergeRequest,
  surplusPathOf,
} from '#files';
import type { RunClock } from './gate.ts';
import type { SyncProvider } from './port.ts';
import { RowRun, type RunEnd, type RunProgress, type RunTally } from './rowRun.ts';
import type { RowStateCounts } from './rowStates.ts';
import { noteMerged, openSession, type RunFolder, type RunIdentity, resultsOf } from './runFolder.ts';

export interface RunRequest {
  readonly identity: RunIdentity;
  readonly folder: RunFolder;
  /** Absolute path of what was checked. */
  readonly file: string;
  /** Absolute path of the merged results. */
  readonly out: string;
  readonly provider: SyncProvider;
  readonly dialect: Dialect;
  readonly config: Configuration;
  readonly limits: PaceLimits;
  /** ISO date. */
  readonly today: string;
  /** As `merge` of files; the editor has it done elsewhere. */
  readonly merge: (request: MergeRequest, options?: JoinOptions) => Promise<MergeReport | FileFailure>;
  readonly clock?: RunClock | undefined;
  readonly random?: (() => number) | undefined;
  /** Just before the first call, once nothing else is in the way. */
  readonly onBegin?: (() => Promise<void>) | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** The provider says how long nothing more is to be sent. */
  readonly onToldToWait?: ((waitMs: number) => void) | undefined;
}

export interface RunReport {
  readonly kind: 'ran';
  readonly end: RunEnd;
  readonly tally: RunTally;
  /** Of all sessions. */
  readonly rows: RowStateCounts;
  readonly elapsedMs: number;
  readonly merged: MergeReport | FileFailure;
}

export type RunAnswer =
  | RunReport
  /** Nothing was sent; one sentence. */
  | { readonly kind: 'problem'; readonly message: string };

/** Timers that end early where nobody waits any longer. */
const wallClock: RunClock = {
  now: () => performance.now(),
  sleep: async (delayMs, signal) => {
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
  },
};

export interface RunSignals {
  /** Nothing more is sent once it is aborted; what is under way is waited for. */
  readonly stop: AbortSignal;
  /** What is under way is given up, too. */
  readonly abandon: AbortSignal;
}

/** @throws the system's errors about the folder of the run. */
export async function runFile(request: RunRequest, { stop, abandon }: RunSignals): Promise<RunAnswer> {
  const { identity, folder, file, dialect, config, limits, today, provider, onProgress, onToldToWait } =
    request;
  const { clock = wallClock, random = Math.random } = request;
  const opened = await openSession(folder, identity, file);
  if (opened.kind === 'problem') return opened;
  const { session } = opened;
  const startedMs = clock.now();
  const { model } = identity;
  const settings = { dialect, config, model, limits, today, clock, random, onProgress, onToldToWait };
  const run = new RowRun({ ...settings, session, provider });
  try {
    await request.onBegin?.();
    const end = await run.go(stop, abandon);
    const elapsedMs = clock.now() - startedMs;
    // Before the run is another's: what that one merges would be overwritten with less.
    const hasNothing = end.kind !== 'finished' && session.states.counts.answered === 0;
    const out = hasNothing ? await besideWhatIsThere(request) : request.out;
    const merged = await request.merge(await mergeRequestOf({ ...request, out }));
    if (merged.kind === 'merged') await noteMerged(folder, merged);
    return { kind: 'ran', end, tally: run.tally, rows: session.states.counts, elapsedMs, merged };
  } finally {
    await session.close();
  }
}

/** A run that stopped without one answer has nothing to put in the place of answers of an earlier batch. */
async function besideWhatIsThere({ out, folder }: RunRequest): Promise<string> {
  const isThere = await access(out).then(
    () => true,
    () => false,
  );
  return isThere ? join(folder.path, 'results.jsonl') : out;
}

/** What is not sent yet has a row all the same: each line of the file is in the results. */
async function mergeRequestOf(request: RunRequest): Promise<MergeRequest> {
  const { folder, out, config, today, identity } = request;
  const message = 'This request was not sent yet, or its answer did not come; run the file again to go on.';
  return {
    requests: folder.requests,
    results: await resultsOf(folder),
    out,
    surplusOut: surplusPathOf(out),
    absent: [{ fromLine: 0, status: 'missing', message }],
    today,
    config,
    provider: identity.provider,
    model: identity.model,
    prices: 'standard',
    isHashed: true,
  };
}
