// Is this text a job record of ours that this version understands? Decided before anything is done with it.
import type { Job } from '#core';

export type ParsedJob =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'unreadable'; readonly message: string };

const version = 1;
const texts = ['id', 'name', 'file', 'endpoint', 'state', 'resultsPath', 'createdAt', 'updatedAt'];

export function parseJob(text: string): ParsedJob {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', message: 'is not JSON; it was left as it is.' };
  }
  const record = value as Readonly<Record<string, unknown>> | null;
  if (typeof record !== 'object' || record === null)
    return { kind: 'unreadable', message: 'is no job record.' };
  if (typeof record.version === 'number' && record.version > version) {
    return { kind: 'unreadable', message: `was written by a newer version of LLM Batch; update to see it.` };
  }
  const complete =
    record.version === version &&
    texts.every((key) => typeof record[key] === 'string') &&
    typeof record.attempt === 'number' &&
    typeof record.account === 'object' &&
    record.account !== null &&
    Array.isArray(record.parts);
  return complete
    ? { kind: 'job', job: value as Job }
    : { kind: 'unreadable', message: 'is not complete; it was left as it is.' };
}
