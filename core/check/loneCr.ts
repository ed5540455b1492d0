// Does a carriage return alone stand where a line should end? Old Mac files and some exports write them; JSON Lines ends at LF.
import type { Finding, Where } from './finding.ts';

/** Between two values a carriage return cannot mean anything else. */
const betweenValues = /[}\]][ \t]*\r[ \t\r]*[{[]/;

/** The column of the first carriage return between two values of a line (which ends at LF), or -1; linear in the text. */
export function findLoneCr(text: string): number {
  if (!text.includes('\r')) return -1;
  const found = betweenValues.exec(text);
  return found === null ? -1 : text.indexOf('\r', found.index);
}

export function loneCrFinding(where: Where): Finding {
  const message =
    'A carriage return (CR) alone ends a line here; requests must be separated by line feeds (LF, or CR LF).';
  const fixes = [{ title: 'End lines with LF', change: { kind: 'reencode' }, safe: true }] as const;
  return { code: 'file.encoding', where, message, fixes };
}
