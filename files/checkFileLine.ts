// What is one line of a file on disk, of which editors see a text alone, and whose lines are no requests of anybody?
import {
  type CheckLineOptions,
  checkLine,
  checkResultLine,
  type FileKind,
  type Finding,
  formatBytes,
  type LineFacts,
  unchecked,
} from '#core';
import { invalidFinding, invalidLine } from './encoding.ts';
import type { FileLine } from './lines.ts';

/** Of a line as it lies on disk. @param content what the lines of the file are. */
export function factsOf(
  line: FileLine,
  options: CheckLineOptions,
  content: 'requests' | 'results',
): LineFacts {
  if (line.leftOut) {
    const message = `This line has ${formatBytes(line.sizeBytes)}, more than any provider takes, and was not read; split it.`;
    const findings = [{ code: 'line.too-long', where: { kind: 'span', start: 0, end: 0 }, message }] as const;
    return { ...unchecked, kind: 'broken', sizeBytes: line.sizeBytes, findings };
  }
  const text = withoutMark(line);
  const facts =
    content === 'results'
      ? checkResultLine(text, line.sizeBytes, options.dialect)
      : checkLine(text, line.sizeBytes, options);
  const invalid = invalidLine(line);
  return invalid === null ? facts : { ...facts, findings: [invalidFinding(invalid), ...facts.findings] };
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
