// Why are the first problems of a large file there at once? Its first lines go ahead of it: to write the whole of it down for
// the server takes longer than to check them.
import type * as vscode from 'vscode';
import type { Beginning } from '#server/protocol';

/** Shorter documents are sent as fast as their beginning. */
const largeCharacters = 1 << 20;
const beginningCharacters = 1 << 16;

/**
 * @param uri as the server is told it.
 * @returns the first lines, each with its end; null for a document that is not large, or begins with a line that is.
 */
export function beginningOf(document: vscode.TextDocument, uri: string): Beginning | null {
  const { lineCount } = document;
  const last = document.lineAt(lineCount - 1);
  if (document.offsetAt(last.range.end) < largeCharacters) return null;
  let line = 0;
  for (let left = beginningCharacters; line < lineCount - 1; line++) {
    left -= document.lineAt(line).text.length;
    if (left < 0) break;
  }
  if (line === 0) return null;
  const { start } = document.lineAt(0).range;
  const text = document.getText(document.lineAt(0).range.with(start, document.lineAt(line).range.start));
  return { uri, version: document.version, text };
}
