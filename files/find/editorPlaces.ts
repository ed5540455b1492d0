// Where does an editor have the places of a file? It ends a line also at a lone carriage return, batch files only at LF.
import { setImmediate } from 'node:timers/promises';
import { InputFile } from '../inputFile.ts';
import { lf } from '../lines.ts';
import { decodeLine } from './requestAt.ts';

/** A 0-based line of the file, and a UTF-16 column in it. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

export interface EditorPlacesOptions {
  /** No place is behind so many bytes of the file. Default: all of them. */
  readonly withinBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** For tests. */
  readonly chunkBytes?: number;
}

const cr = 0x0d;

/**
 * Gives way between megabytes. Of a file without such carriage returns every place is what it was.
 * @returns in the order given. @throws FileFailureError for what cannot be read, or AbortError.
 */
export async function editorPlaces(
  path: string,
  places: readonly FilePlace[],
  options: EditorPlacesOptions = {},
): Promise<readonly FilePlace[]> {
  if (places.length === 0) return places;
  const input = InputFile.open(path);
  try {
    const wanted = new WantedLines(places);
    if (!(await findCarriageReturns(input, wanted, options))) return places;
    return wanted.placed(input);
  } finally {
    input.dispose();
  }
}

interface Wanted {
  readonly line: number;
  /** Lone carriage returns in the lines before. */
  before: number;
  /** In bytes from the start of the file; null where the line has none. */
  span: { readonly start: number; end: number } | null;
}

/** What is known of the lines with places, while the file is read from its start. */
class WantedLines {
  readonly #places: readonly FilePlace[];
  readonly #lines: readonly Wanted[];
  #next = 0;
  #found = 0;
  #line = 0;

  constructor(places: readonly FilePlace[]) {
    this.#places = places;
    const lines = [...new Set(places.map(({ line }) => line))].sort((a, b) => a - b);
    this.#lines = lines.map((line) => ({ line, before: 0, span: null }));
  }

  /** A line feed at a place: the next line begins behind it. */
  lineFeed(at: number): void {
    const wanted = this.#lines[this.#next];
    if (wanted?.line === this.#line) {
      if (wanted.span !== null) wanted.span.end = at + 1;
      this.#next++;
    }
    this.#line++;
    const following = this.#lines[this.#next];
    if (following?.line === this.#line) following.before = this.#found;
  }

  /** One that ends no line, in the line that starts at a place. */
  carriageReturn(lineStart: number): void {
    this.#found++;
    const wanted = this.#lines[this.#next];
    if (wanted?.line === this.#line) wanted.span ??= { start: lineStart, end: Number.POSITIVE_INFINITY };
  }

  placed(input: InputFile): readonly FilePlace[] {
    const known = new Map(this.#lines.map((wanted) => [wanted.line, wanted]));
    let last: { readonly line: number; readonly text: string } = { line: -1, text: '' };
    return this.#places.map(({ line, column }) => {
      const { before, span } = known.get(line) as Wanted;
      if (span === null) return { line: line + before, column };
      // Problems come by line, and a line may be long.
      if (last.line !== line) last = { line, text: textAt(input, span) };
      return inLine(last.text, line + before, column);
    });
  }
}

function textAt(input: InputFile, { start, end }: { readonly start: number; readonly end: number }): string {
  const bytes = Buffer.allocUnsafe(Math.min(end, input.sizeBytes) - start);
  input.read(bytes, start, bytes.length);
  return decodeLine(bytes, start === 0);
}

function inLine(text: string, firstLine: number, column: number): FilePlace {
  let start = 0;
  let line = firstLine;
  for (let at = text.indexOf('\r'); at !== -1 && at < column; at = text.indexOf('\r', at + 1)) {
    start = at + 1;
    line++;
  }
  return { line, column: column - start };
}

/** @returns whether there is any. */
async function findCarriageReturns(
  input: InputFile,
  wanted: WantedLines,
  { withinBytes, signal, chunkBytes = 1 << 20 }: EditorPlacesOptions,
): Promise<boolean> {
  const size = Math.min(input.sizeBytes, withinBytes ?? input.sizeBytes);
  // With the byte behind it: whether a carriage return is a lone one, the next byte says.
  const chunk = Buffer.allocUnsafe(Math.min(size, chunkBytes) + 1);
  let found = false;
  let lineStart = 0;
  for (let offset = 0; offset < size; offset += chunkBytes) {
    signal?.throwIfAborted();
    const sizeBytes = Math.min(chunkBytes, size - offset);
    const bytes = chunk.subarray(0, Math.min(sizeBytes + 1, input.sizeBytes - offset));
    input.read(bytes, offset, bytes.length);
    found ||= hasLone(bytes, sizeBytes);
    lineStart = walk(bytes, sizeBytes, { offset, lineStart, wanted });
    await setImmediate();
  }
  return found;
}

function hasLone(bytes: Buffer, sizeBytes: number): boolean {
  let at = bytes.indexOf(cr);
  while (at !== -1 && at < sizeBytes && bytes[at + 1] === lf) at = bytes.indexOf(cr, at + 1);
  return at !== -1 && at < sizeBytes;
}

interface Walk {
  readonly offset: number;
  readonly lineStart: number;
  readonly wanted: WantedLines;
}

/** @returns where the line starts that is not over yet. */
function walk(bytes: Buffer, sizeBytes: number, { offset, lineStart, wanted }: Walk): number {
  let start = lineStart;
  let nextLf = bytes.indexOf(lf);
  let nextCr = bytes.indexOf(cr);
  for (;;) {
    const isLf = nextLf !== -1 && nextLf < sizeBytes && (nextCr === -1 || nextLf < nextCr);
    const isCr = !isLf && nextCr !== -1 && nextCr < sizeBytes;
    if (isLf) {
      wanted.lineFeed(offset + nextLf);
      start = offset + nextLf + 1;
      nextLf = bytes.indexOf(lf, nextLf + 1);
    } else if (isCr) {
      if (bytes[nextCr + 1] !== lf) wanted.carriageReturn(start);
      nextCr = bytes.indexOf(cr, nextCr + 1);
    } else return start;
  }
}
