// Whose file is this, and how was it saved? Asked of its first bytes, before its lines are handed to anybody.
import { type Configuration, detectFile, dialectOf, type FileKind, type Provider } from '#core';
import { encodingOfHead, type HeadEncoding, isWide } from '../encoding.ts';
import type { InputFile } from '../inputFile.ts';
import { cr, lf } from '../lines.ts';
import { withoutMark } from './checkFileLine.ts';

export interface FileHead {
  /** Null for a file without bytes. */
  readonly encoding: HeadEncoding | null;
  /** Its lines are none. */
  readonly isWide: boolean;
  /** Null when nothing in the first lines looks like a batch file. */
  readonly kind: FileKind | null;
}

/** More of a file is not read to tell whose it is. */
const mostBytes = 8_000_000;
const chunkBytes = 1 << 16;

/** @throws FileFailureError. */
export function readHead(
  input: InputFile,
  { provider, config }: { readonly provider: Provider | 'auto'; readonly config: Configuration },
): FileHead {
  const first = Buffer.alloc(Math.min(4, input.sizeBytes));
  input.read(first, 0, first.length);
  const encoding = first.length === 0 ? null : encodingOfHead(first);
  const wide = encoding !== null && isWide(encoding);
  if (provider !== 'auto') {
    return { encoding, isWide: wide, kind: { kind: 'requests', dialect: dialectOf(provider) } };
  }
  return { encoding, isWide: wide, kind: detectFile(wide ? [] : firstLines(input), config.provider) };
}

/** As many as are asked for, within bounds; the last may be cut. */
function* firstLines(input: InputFile): Generator<string> {
  const most = Math.min(mostBytes, input.sizeBytes);
  let pending: Buffer[] = [];
  let line = 0;
  for (let offset = 0; offset < most; offset += chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, most - offset));
    input.read(chunk, offset, chunk.length);
    let start = 0;
    for (let end = chunk.indexOf(lf); end !== -1; end = chunk.indexOf(lf, start)) {
      // A file may begin with millions of blank lines: nothing is copied for a line within one chunk.
      if (pending.length === 0) yield textOf(chunk, start, end, line++);
      else {
        const whole = Buffer.concat([...pending, chunk.subarray(start, end)]);
        yield textOf(whole, 0, whole.length, line++);
        pending = [];
      }
      start = end + 1;
    }
    if (start < chunk.length) pending.push(chunk.subarray(start));
  }
  const rest = Buffer.concat(pending);
  yield textOf(rest, 0, rest.length, line);
}

function textOf(bytes: Buffer, start: number, end: number, line: number): string {
  if (start === end) return '';
  const textEnd = bytes[end - 1] === cr ? end - 1 : end;
  return withoutMark({ line, text: bytes.toString('utf8', start, textEnd) });
}
