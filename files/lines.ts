// How a file of any size becomes lines: streamed, split at LF only, in bounded memory.
import { createReadStream } from 'node:fs';

export interface FileLine {
  /** 0-based. */
  readonly line: number;
  /** Decoded UTF-8, without the LF and without a CR before it. A byte order mark at the start of the file is kept. */
  readonly text: string;
  /** Where the line starts, in bytes from the start of the file. */
  readonly offset: number;
  /** Bytes of the line without its terminator (LF or CR LF). */
  readonly sizeBytes: number;
}

export interface ReadLinesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes read at a time; a batch holds the lines that ended in one read. */
  readonly chunkBytes?: number;
  /** Sees the bytes as they are read, for a hash over exactly what the lines were made of. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
}

const lf = 0x0a;
const cr = 0x0d;

/**
 * Reads lines in batches. N line feeds give N lines, plus one when bytes follow the last of them.
 * @throws the file system's error (ENOENT, EISDIR, EACCES …), or AbortError.
 */
export async function* readLines(
  path: string,
  options: ReadLinesOptions = {},
): AsyncGenerator<readonly FileLine[]> {
  const stream = createReadStream(path, {
    highWaterMark: options.chunkBytes ?? 1 << 20,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const pending: Buffer[] = [];
  let pendingBytes = 0;
  let line = 0;
  let offset = 0;
  const take = (bytes: Buffer, terminatorBytes: number): FileLine => {
    const size =
      bytes.length > 0 && terminatorBytes === 1 && bytes[bytes.length - 1] === cr
        ? bytes.length - 1
        : bytes.length;
    const taken = { line, text: bytes.toString('utf8', 0, size), offset, sizeBytes: size };
    line++;
    offset += bytes.length + terminatorBytes;
    return taken;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    options.onBytes?.(chunk);
    const lines: FileLine[] = [];
    let start = 0;
    for (let at = chunk.indexOf(lf); at !== -1; at = chunk.indexOf(lf, start)) {
      const tail = chunk.subarray(start, at);
      if (pendingBytes === 0) {
        lines.push(take(tail, 1));
      } else {
        lines.push(take(Buffer.concat([...pending, tail], pendingBytes + tail.length), 1));
        pending.length = 0;
        pendingBytes = 0;
      }
      start = at + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
    }
    if (lines.length > 0) yield lines;
  }
  if (pendingBytes > 0) yield [take(Buffer.concat(pending, pendingBytes), 0)];
}
