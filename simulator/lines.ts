// How is an uploaded file read line by line without holding it whole? (Own code: the product's reader is what is tested.)
import { createReadStream } from 'node:fs';

export interface InputLine {
  /** 0-based. */
  readonly line: number;
  readonly offset: number;
  /** Without the LF. */
  readonly sizeBytes: number;
  /** Decoded as UTF-8, a CR at its end and a BOM kept. */
  readonly text: string;
}

/** Yields the lines that end in each chunk; splits at LF only; memory is one chunk and the line under way. */
export async function* readInputLines(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly InputLine[]> {
  let pending: Buffer[] = [];
  let line = 0;
  let offset = 0;
  const take = (rest: Buffer): InputLine => {
    const bytes = pending.length === 0 ? rest : Buffer.concat([...pending, rest]);
    pending = [];
    const taken = { line, offset, sizeBytes: bytes.length, text: bytes.toString('utf8') };
    line += 1;
    offset += bytes.length + 1;
    return taken;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, signal })) {
    const bytes = chunk as Buffer;
    const lines: InputLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      lines.push(take(bytes.subarray(start, end)));
      start = end + 1;
    }
    if (start < bytes.length) pending.push(bytes.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (pending.length > 0) yield [take(Buffer.alloc(0))];
}
