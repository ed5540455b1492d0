// Is this text a job record of ours that this version understands? Decided before anything is done with it.
import { type Job, type JobPart, type JobState, providers } from '#core';

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: Job }
  /** The message follows the path. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** Version 1, of before parts were ranges, is read and written as this one. */
const version = 2;

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
  if ((record.version !== version && record.version !== 1) || !isComplete(record)) {
    return { kind: 'unreadable', message: 'is not complete; it was left as it is.' };
  }
  return record.id === id
    ? { kind: 'job', job: upgraded(record) }
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
    record.parts.every(record.version === 1 ? isPart : isRange) &&
    (record.version === 1 || isCurrent(record))
  );
}

function isCurrent(record: Fields): boolean {
  return (
    hasTexts(record, ['requests', 'sha256', 'provider']) &&
    providers.some((one) => one === record.provider) &&
    typeof record.retriesLeft === 'number' &&
    (record.queueTokens === null || typeof record.queueTokens === 'number')
  );
}

/** What version 1 did not say: a job was one file at OpenAI, each part of it all of its snapshot. */
function upgraded(record: Fields): Job {
  if (record.version === version) return record as unknown as Job;
  const parts = (record.parts as readonly JobPart[]).map((part) => ({ ...newInVersion2, ...part }));
  const [first] = parts;
  const job = {
    ...{ reused: null, queueTokens: null, retriesLeft: 0, deletesUploads: false },
    ...record,
    ...{ version, parts, requests: first?.snapshot ?? '', sha256: first?.sha256 ?? '' },
  };
  // A batch that was refused is known by its state alone; earlier attempts were taken.
  const isRefused = ({ attempt }: JobPart): boolean =>
    record.state === 'failed' && attempt === record.attempt;
  const refusal = typeof record.message === 'string' ? record.message : 'The provider refused the file.';
  return {
    ...(job as unknown as Job),
    parts: unclearParts(record, parts).map((part) => (isRefused(part) ? { ...part, refusal } : part)),
  };
}

const newInVersion2 = {
  ...{ offset: 0, firstLine: 0, inputTokens: null, turnedAway: [], heldUntil: null },
  ...{ fence: null, unclear: null, refusal: null, uploadDeleted: false },
};

function unclearParts({ state }: Fields, parts: readonly JobPart[]): readonly JobPart[] {
  if (state !== 'unclear') return parts;
  return parts.map((part) =>
    part.createStartedAt !== null && part.remote === null ? { ...part, unclear: [] } : part,
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

function isRange(part: unknown): boolean {
  return (
    isPart(part) &&
    ['offset', 'sizeBytes', 'firstLine'].every((key) => typeof (part as Fields)[key] === 'number') &&
    ['heldUntil', 'fence', 'refusal'].every((key) => isTextOrNull((part as Fields)[key])) &&
    Array.isArray((part as Fields).turnedAway) &&
    ((part as Fields).unclear === null || Array.isArray((part as Fields).unclear))
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
