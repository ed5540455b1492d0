// The change of a file as a unified diff that `patch` and `git apply` take: bytes, for its lines are those of the file.
import { FILE_HEADERS_ONLY, formatPatch, OMIT_HEADERS, type StructuredPatch } from 'diff';
import type { ByteSink } from '../byteSink.ts';
import type { LineBytes } from './lineBytes.ts';

/** Lines of batch files are long, and their neighbours say little; without any, git takes no hunk. */
const contextLines = 1;

/** A line that changes, and how to get what it becomes. */
export interface PatchedLine {
  readonly line: number;
  readonly removed: boolean;
  readonly after: () => Uint8Array;
}

const lf = 0x0a;
const noLineFeed = Buffer.from('\n\\ No newline at end of file\n');

export class PatchWriter {
  readonly #sink: ByteSink;
  readonly #name: string;
  #hasHeader = false;
  /** Lines that went before the present hunk. */
  #removed = 0;

  /** @param name of the file, as a path from the folder where the patch is to be applied. */
  constructor(name: string, sink: ByteSink) {
    this.#name = name.replaceAll('\\', '/').replace(/^\/+/, '');
    this.#sink = sink;
  }

  /** @param changes in the order of the lines. */
  async lines(lines: LineBytes, changes: Iterable<PatchedLine>): Promise<void> {
    let hunk: PatchedLine[] = [];
    for (const change of changes) {
      const last = hunk.at(-1);
      if (last !== undefined && change.line - last.line > 2 * contextLines + 1) {
        await this.#hunk(lines, hunk);
        hunk = [];
      }
      hunk.push(change);
    }
    if (hunk.length > 0) await this.#hunk(lines, hunk);
  }

  /** For a file of which no line stays. */
  async whole(before: LineBytes, after: LineBytes): Promise<void> {
    await this.#header(0, before.count, 0, after.count);
    for (let line = 0; line < before.count; line++) await this.#line('-', before.of(line));
    for (let line = 0; line < after.count; line++) await this.#line('+', after.of(line));
  }

  async #hunk(lines: LineBytes, changes: readonly PatchedLine[]): Promise<void> {
    const first = Math.max(0, (changes[0]?.line ?? 0) - contextLines);
    const end = Math.min(lines.count, (changes.at(-1)?.line ?? 0) + contextLines + 1);
    const removed = changes.filter((change) => change.removed).length;
    await this.#header(first, end - first, first - this.#removed, end - first - removed);
    this.#removed += removed;
    let next = 0;
    for (let line = first; line < end; line++) {
      const before = lines.of(line);
      const change = changes[next];
      if (change?.line !== line) {
        await this.#line(' ', before);
        continue;
      }
      next++;
      await this.#line('-', before);
      if (!change.removed) await this.#line('+', change.after());
    }
  }

  async #header(oldStart: number, oldLines: number, newStart: number, newLines: number): Promise<void> {
    const names = { oldFileName: `a/${this.#name}`, newFileName: `b/${this.#name}` };
    const noHeaders = { oldHeader: undefined, newHeader: undefined };
    const patch: StructuredPatch = { ...names, ...noHeaders, hunks: [] };
    if (!this.#hasHeader) await this.#text(formatPatch(patch, FILE_HEADERS_ONLY));
    this.#hasHeader = true;
    const hunk = { oldStart: oldStart + 1, oldLines, newStart: newStart + 1, newLines, lines: [] };
    await this.#text(formatPatch({ ...patch, hunks: [hunk] }, OMIT_HEADERS));
  }

  async #line(sign: ' ' | '-' | '+', bytes: Uint8Array): Promise<void> {
    await this.#text(sign);
    await this.#sink.write(bytes);
    if (bytes.at(-1) !== lf) await this.#sink.write(noLineFeed);
  }

  async #text(text: string): Promise<void> {
    await this.#sink.write(Buffer.from(text));
  }
}
