// Where does a line of a batch file end? At LF only: a CR before it belongs to the end, any other CR is a character.

export type LineEnd = '\n' | '\r\n' | '';

export interface SplitLine {
  readonly text: string;
  /** Empty only for the last line. */
  readonly end: LineEnd;
}

/** At least one line; the last one has no end and may be empty. */
export function splitLines(text: string): SplitLine[] {
  const parts = text.split('\n');
  const last = parts.length - 1;
  if (!text.includes('\r')) {
    return parts.map((part, index) => ({ text: part, end: index === last ? '' : '\n' }));
  }
  return parts.map((part, index) => {
    if (index === last) return { text: part, end: '' };
    return part.endsWith('\r') ? { text: part.slice(0, -1), end: '\r\n' } : { text: part, end: '\n' };
  });
}

/** LSP ends a line at these too, so that a line of ours with N of them is N + 1 lines to a client. */
export function countCarriageReturns(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) count++;
  return count;
}
