// A JSON text over lines, to be read: only white space between its parts changes, so numbers and strings stay as written.
import { format } from 'jsonc-parser';

/** An editor shows no more of it well, and each part costs an object here. */
const mostCharacters = 1 << 24;

/** @param text what JSON.parse accepts; one that is far too long to be read stays as it is. */
export function indentJson(text: string): string {
  if (text.length > mostCharacters) return text;
  const edits = format(text, undefined, { insertSpaces: true, tabSize: 2, eol: '\n' });
  const parts: string[] = [];
  let from = 0;
  // Applying them one after the other would copy the text for each.
  for (const { offset, length, content } of edits) {
    parts.push(text.slice(from, offset), content);
    from = offset + length;
  }
  parts.push(text.slice(from));
  return parts.join('');
}
