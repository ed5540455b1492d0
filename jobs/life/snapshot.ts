// The bytes that are sent: copied where nobody changes them, and known by their hash.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { JobPart } from '#core';
import type { PartBytes } from '../providers/port.ts';

export async function copyHashed(
  from: string,
  to: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    createReadStream(from, { highWaterMark: 1 << 20 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to, { mode: 0o600, flush: true }),
  );
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** Of a range of a file; where the file ends before, of what there is. */
export async function hashOf({ path, offset, sizeBytes }: PartBytes): Promise<{ readonly sha256: string }> {
  const hash = createHash('sha256');
  const range = { start: offset, end: offset + sizeBytes - 1, highWaterMark: 1 << 20 };
  const chunks = sizeBytes === 0 ? [] : createReadStream(path, range);
  for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
  return { sha256: hash.digest('hex') };
}

export function bytesOf({ snapshot, offset, sizeBytes }: JobPart): PartBytes {
  return { path: snapshot, offset, sizeBytes };
}

/** What is sent is what was agreed to, also days later. Null when the copy is as it was made. */
export async function changedSnapshot(part: JobPart): Promise<string | null> {
  const { snapshot, sha256 } = part;
  const now = await hashOf(bytesOf(part)).catch(() => null);
  if (now?.sha256 === sha256) return null;
  const what = now === null ? 'cannot be read any more' : 'was changed';
  return `The copy of the requests in ${snapshot} ${what}; nothing was sent. Submit the file again.`;
}
