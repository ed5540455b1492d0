// The bytes of a part as the body of a call, read while they are sent: alone, or in a form with one file. The SDK's own form
// holds the whole file in memory.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { LocalFileError } from './calls.ts';
import type { PartBytes, UploadRequest } from './port.ts';

export interface StreamedPart {
  readonly stream: ReadableStream<Uint8Array>;
  /** Why the file could not be read; the network only says that the stream broke. */
  failure(): LocalFileError | null;
}

export interface StreamedBody extends StreamedPart {
  readonly headers: Readonly<Record<string, string>>;
}

const chunkBytes = 1 << 18;

/** multipart/form-data (RFC 7578) with the length known beforehand, which not every server can do without. */
export function uploadBody(request: UploadRequest, purpose: string): StreamedBody {
  const boundary = `llm-batch-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n${purpose}\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${request.name}"\r\n` +
      'Content-Type: application/jsonl\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    ...streamedPart(request, head, tail),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + request.bytes.sizeBytes + tail.length),
    },
  };
}

/** @param head and `tail`: what stands around the bytes of the part. */
export function streamedPart(
  { bytes, onProgress }: Pick<UploadRequest, 'bytes' | 'onProgress'>,
  head: Uint8Array = new Uint8Array(),
  tail: Uint8Array = new Uint8Array(),
): StreamedPart {
  async function* parts(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    yield* partBytes(bytes, onProgress);
    if (tail.length > 0) yield tail;
  }
  return streamed(bytes.path, parts());
}

/** @param chunks made of the file at this path, as they are asked for. */
export function streamed(path: string, chunks: AsyncIterable<Uint8Array>): StreamedPart {
  let failure: LocalFileError | null = null;
  async function* guarded(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      failure = error instanceof LocalFileError ? error : gone(path, error);
      throw failure;
    }
  }
  return {
    stream: Readable.toWeb(
      Readable.from(guarded(), { objectMode: false, highWaterMark: chunkBytes }),
    ) as ReadableStream<Uint8Array>,
    failure: () => failure,
  };
}

/** Exactly the bytes of a part. @throws LocalFileError when there are fewer than were promised, and the system's own. */
export async function* partBytes(
  { path, offset, sizeBytes }: PartBytes,
  onProgress?: (sentBytes: number) => void,
): AsyncGenerator<Buffer> {
  let sentBytes = 0;
  const range = { start: offset, end: offset + sizeBytes - 1, highWaterMark: chunkBytes };
  const chunks = sizeBytes === 0 ? [] : createReadStream(path, range);
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    sentBytes += chunk.length;
    yield chunk;
    onProgress?.(sentBytes);
  }
  if (sentBytes !== sizeBytes) throw gone(path);
}

function gone(path: string, cause?: unknown): LocalFileError {
  return new LocalFileError(`${path} is gone or was changed.`, { cause });
}
