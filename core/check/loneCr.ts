// Does a carriage return alone stand where a line should end? Old Mac files and some exports write them; JSON Lines ends at LF.
import { endOfString } from '../json/skim.ts';
import type { Finding, Where } from './finding.ts';

/**
 * The column of the first carriage return between two values of a line (which ends at LF), or -1; linear in the text.
 * There it cannot mean anything else; in a string it is code that somebody forgot to escape.
 */
export function findLoneCr(text: string): number {
  if (!text.includes('\r')) return -1;
  const betweenValues = /[}\]][ \t]*\r[ \t\r]*[{[]/g;
  let string = text.indexOf('"');
  for (let found = betweenValues.exec(text); found !== null; found = betweenValues.exec(text)) {
    let end = 0;
    while (string !== -1 && string < found.index) {
      end = endOfString(text, string);
      string = text.indexOf('"', end);
    }
    if (end <= found.index) return text.indexOf('\r', found.index);
    betweenValues.lastIndex = end;
  }
  return -1;
}

export function loneCrFinding(where: Where): Finding {
  const message =
    'A carriage return (CR) alone ends a line here; requests must be separated by line feeds (LF, or CR LF).';
  const fixes = [{ title: 'End lines with LF', change: { kind: 'reencode' }, safe: true }] as const;
  return { code: 'file.encoding', where, message, fixes };
}
