// Which lines of a job's requests are those of a part? A part is a range of them, or a file of some of them, byte for byte.
import {
  type AbsenceFrom,
  currentParts,
  endOf,
  type Job,
  type JobEvent,
  type JobPart,
  type RemoteError,
  withoutByteOrderMark,
} from '#core';
import { type FileLine, readLines } from '#files';

/** How the requests of a part that have no result ended. */
type Ended = Omit<AbsenceFrom, 'fromLine'>;

/** Whether it is a range of all requests, so that its lines are theirs but for where it begins. */
function isOfSource(job: Job, { snapshot }: Pick<JobPart, 'snapshot'>): boolean {
  return snapshot === job.requests;
}

/**
 * 0-based lines of the job's requests, one for each line of a file of some of them in their order. Null where the file is
 * none of that.
 * @throws FileFailureError, AbortError.
 */
async function sourceLinesOf(
  job: Job,
  snapshot: string,
  signal?: AbortSignal,
): Promise<readonly number[] | null> {
  const found: number[] = [];
  const source = eachLine(job.requests, signal);
  try {
    for await (const wanted of eachLine(snapshot, signal)) {
      const text = withoutByteOrderMark(wanted.text);
      for (;;) {
        const { value, done } = await source.next();
        if (done) return null;
        if (withoutByteOrderMark(value.text) !== text) continue;
        found.push(value.line);
        break;
      }
    }
    return found;
  } finally {
    await source.return(undefined);
  }
}

async function* eachLine(path: string, signal: AbortSignal | undefined): AsyncGenerator<FileLine, undefined> {
  for await (const lines of readLines(path, { signal })) yield* lines;
  return undefined;
}

/** A line of what was sent as a line of the job's requests; null where that cannot be told. */
async function sourceLineOf(job: Job, part: JobPart, line: number): Promise<number | null> {
  if (isOfSource(job, part)) return part.firstLine + line;
  const lines = await sourceLinesOf(job, part.snapshot).catch(() => null);
  return lines?.[part.firstLine + line] ?? null;
}

/** The provider counts lines of what it was sent; people look at the lines of their file. */
export async function atSource(job: Job, event: JobEvent): Promise<JobEvent> {
  if (event.kind !== 'created' && event.kind !== 'remoteSeen') return event;
  const part = job.parts.find((one) => one.part === event.part);
  if (part === undefined || event.remote.errors.length === 0) return event;
  const errors: RemoteError[] = [];
  for (const error of event.remote.errors) {
    const line = error.line === null ? null : await sourceLineOf(job, part, error.line);
    errors.push({ ...error, line });
  }
  return { ...event, remote: { ...event.remote, errors } };
}

/**
 * What became of requests without a result, by the last part that had them. Later parts may be files of some requests
 * alone: their lines are found among all.
 */
export async function absencesOf(job: Job, signal?: AbortSignal): Promise<readonly AbsenceFrom[]> {
  const current = currentParts(job);
  if (current.every((part) => isOfSource(job, part))) {
    return current.map((part) => ({ fromLine: part.firstLine, ...endedOf(job, part) }));
  }
  const parts = job.parts;
  /** By line, 1 + the index of the last part that had it. */
  const owners: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (!isOfSource(job, part)) continue;
    const next = parts.find((one) => isAfter(job, one, part))?.firstLine;
    const end = next ?? (await lineCount(job.requests, signal));
    for (let line = part.firstLine; line < end; line++) owners[line] = index + 1;
  }
  for (const snapshot of new Set(parts.flatMap((part) => (isOfSource(job, part) ? [] : [part.snapshot])))) {
    const lines = await sourceLinesOf(job, snapshot, signal);
    if (lines === null) return [{ fromLine: 0, ...worstOf(current.map((part) => endedOf(job, part))) }];
    const sharing = [...parts.entries()].filter(([, part]) => part.snapshot === snapshot);
    for (const [at, line] of lines.entries()) {
      const owner = sharing.findLast(([, part]) => part.firstLine <= at);
      if (owner !== undefined) owners[line] = owner[0] + 1;
    }
  }
  return rangesOf(owners, (index) => {
    const part = parts[index];
    return part === undefined ? { status: 'missing' } : endedOf(job, part);
  });
}

/** The range that follows another of the same attempt. */
function isAfter(job: Job, one: JobPart, part: JobPart): boolean {
  return isOfSource(job, one) && one.attempt === part.attempt && one.firstLine > part.firstLine;
}

function rangesOf(owners: readonly number[], endedOf: (index: number) => Ended): readonly AbsenceFrom[] {
  const ranges: AbsenceFrom[] = [];
  let last = -1;
  for (let line = 0; line < owners.length; line++) {
    const owner = owners[line] ?? 0;
    if (owner === last) continue;
    last = owner;
    ranges.push({ fromLine: line, ...endedOf(owner - 1) });
  }
  return ranges.length === 0 ? [{ fromLine: 0, status: 'missing' }] : ranges;
}

function endedOf({ provider, attempt }: Job, { remote, refusal, attempt: own }: JobPart): Ended {
  if (refusal !== null) return { status: 'failed', message: refusal };
  // Of an earlier attempt only what the provider said of it.
  if (remote === null && own !== attempt) return { status: 'missing' };
  const end = remote === null ? 'cancelled' : endOf(provider, remote);
  return { status: end === 'expired' || end === 'cancelled' ? end : 'missing' };
}

function worstOf(ends: readonly Ended[]): Ended {
  const worst = ['failed', 'expired', 'cancelled', 'missing'] as const;
  const [first] = ends.toSorted((a, b) => worst.indexOf(a.status) - worst.indexOf(b.status));
  return first ?? { status: 'missing' };
}

async function lineCount(path: string, signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  for await (const lines of readLines(path, { signal })) count += lines.length;
  return count;
}
