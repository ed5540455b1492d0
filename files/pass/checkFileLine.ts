// What is one line of a file on disk, of which editors see a text alone, and whose lines are no requests of anybody?
import {
  type CheckLineOptions,
  checkReadLine,
  checkResultLine,
  type FileKind,
  type Finding,
  formatBytes,
  type LineFacts,
  type ReadLine,
  readLine,
  unchecked,
} from '#core';
import { invalidFinding, invalidLine } from '../encoding.ts';
import type { FileLine } from '../lines.ts';

/**
 * Of a line as it lies on disk.
 * @param read what its text says, where that is known already.
 * @param content what the lines of the file are.
 */
export function factsOf(
  line: FileLine,
  text: string,
  read: ReadLine | null,
  options: CheckLineOptions,
  content: 'requests' | 'results',
): LineFacts {
  const { sizeBytes } = line;
  const facts =
    content === 'results'
      ? checkResultLine(text, sizeBytes, options.dialect)
      : checkReadLine(read ?? readLine(text, sizeBytes), text, sizeBytes, options);
  const invalid = invalidLine(line);
  return invalid === null ? facts : { ...facts, findings: [invalidFinding(invalid), ...facts.findings] };
}

/** Of a line that is longer than any provider takes, and was not kept. */
export function longLineFacts(sizeBytes: number): LineFacts {
  const message = `This line has ${formatBytes(sizeBytes)}, more than any provider takes, and was not read; split it.`;
  const findings = [{ code: 'line.too-long', where: { kind: 'span', start: 0, end: 0 }, message }] as const;
  return { ...unchecked, kind: 'broken', sizeBytes, findings };
}

/** Columns are those an editor shows, and editors hide the mark. */
export function withoutMark({ line, text }: Pick<FileLine, 'line' | 'text'>): string {
  return line === 0 && text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A file without a single request is empty rather than of an unknown dialect. */
export function unknownDialect(kind: FileKind | null, requests: number): Finding | null {
  if ((kind !== null && kind.kind !== 'recognised') || requests === 0) return null;
  const message =
    kind === null
      ? 'Nothing in the first lines looks like a batch request; a line needs custom_id, method, url and body.'
      : `This is a file of ${kind.name}, which cannot be checked.`;
  return { code: 'file.unknown-dialect', where: { kind: 'line' }, message };
}
