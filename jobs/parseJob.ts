// Is this text a job record of ours that this version understands? Decided before anything is done with it.
import type { Job, JobState } from '#core';

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: Job }
  /** The message follows the path. */
  | { readonly kind: 'unreadable'; readonly message: string };

const version = 1;

const states: Readonly<Record<JobState, true>> = {
  intended: true,
  uploading: true,
  submitted: true,
  running: true,
  finishing: true,
  done: true,
  failed: true,
  expired: true,
  cancelled: true,
  unclear: true,
};

type Fields = Readonly<Record<string, unknown>>;

/** @param id the name of the job's folder: a copy of a folder is no second job. */
export function parseJob(text: string, id: string): ParsedJob {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', message: 'is not JSON; it was left as it is.' };
  }
  if (!isObject(record)) return { kind: 'unreadable', message: 'is no job record; it was left as it is.' };
  if (typeof record.version === 'number' && record.version > version) {
    return { kind: 'unreadable', message: 'was written by a newer version of LLM Batch; update to see it.' };
  }
  if (record.version !== version || !isComplete(record)) {
    return { kind: 'unreadable', message: 'is not complete; it was left as it is.' };
  }
  return record.id === id
    ? { kind: 'job', job: record as unknown as Job }
    : { kind: 'unreadable', message: 'is a copy of another job; it was left as it is.' };
}

function isComplete(record: Fields): boolean {
  return (
    hasTexts(record, ['id', 'name', 'file', 'endpoint', 'resultsPath', 'createdAt', 'updatedAt']) &&
    typeof record.state === 'string' &&
    Object.hasOwn(states, record.state) &&
    typeof record.attempt === 'number' &&
    isObject(record.metadata) &&
    isObject(record.account) &&
    hasTexts(record.account, ['profile', 'baseUrl']) &&
    Array.isArray(record.parts) &&
    record.parts.length > 0 &&
    record.parts.every(isPart)
  );
}

/** What decides whether something is sent must be there: a field that is missing is not the same as null. */
function isPart(part: unknown): boolean {
  if (!isObject(part)) return false;
  const { remote } = part;
  return (
    typeof part.part === 'number' &&
    typeof part.attempt === 'number' &&
    hasTexts(part, ['snapshot', 'sha256']) &&
    ['uploadStartedAt', 'inputFileId', 'createStartedAt', 'outputPath', 'errorPath'].every((key) =>
      isTextOrNull(part[key]),
    ) &&
    typeof part.downloaded === 'boolean' &&
    (remote === null || (isObject(remote) && hasTexts(remote, ['batchId', 'status'])))
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function hasTexts(fields: Fields, keys: readonly string[]): boolean {
  return keys.every((key) => typeof fields[key] === 'string');
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
