// The texts of some lines of a file, streamed: as much of it as is needed.
import { withoutByteOrderMark } from '#core';
import { readLines } from './lines.ts';

/** @param wanted 0-based. @returns in the order of the file. @throws what reading throws, or AbortError. */
export async function readLinesAt(
  path: string,
  wanted: ReadonlySet<number>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const lines of readLines(path, { signal })) {
    for (const { line, text } of lines) if (wanted.has(line)) texts.push(withoutByteOrderMark(text));
    if (texts.length === wanted.size) break;
  }
  return texts;
}
