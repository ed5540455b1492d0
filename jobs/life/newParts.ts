// Parts that are not sent yet: ranges of a file in the job's folder, each known by the hash of its bytes.
import type { FilePart, JobPart } from '#core';
import { hashOf } from './snapshot.ts';

type NewPart = Pick<
  JobPart,
  | 'part'
  | 'attempt'
  | 'snapshot'
  | 'offset'
  | 'sizeBytes'
  | 'sha256'
  | 'firstLine'
  | 'requests'
  | 'inputTokens'
>;

/** Nothing of it is sent yet. */
export function newPart(facts: NewPart): JobPart {
  return {
    ...facts,
    turnedAway: [],
    heldUntil: null,
    uploadStartedAt: null,
    inputFileId: null,
    createStartedAt: null,
    fence: null,
    unclear: null,
    remote: null,
    refusal: null,
    downloaded: false,
    outputPath: null,
    errorPath: null,
    uploadDeleted: false,
  };
}

/** @param first the number and attempt of the first part, and the file that all of them are ranges of. */
export async function partsFrom(
  ranges: readonly Omit<FilePart, 'lines'>[],
  first: Pick<NewPart, 'part' | 'attempt' | 'snapshot'>,
): Promise<readonly JobPart[]> {
  const made: JobPart[] = [];
  for (const { offset, sizeBytes, firstLine, requests, tokens, uncountedRequests } of ranges) {
    const { sha256 } = await hashOf({ path: first.snapshot, offset, sizeBytes });
    const inputTokens = uncountedRequests === 0 ? tokens : null;
    const range = { offset, sizeBytes, sha256, firstLine, requests, inputTokens };
    made.push(newPart({ ...first, ...range, part: first.part + made.length }));
  }
  return made;
}
