// How is text from a file or a provider shown without it steering the terminal? Control characters are escaped, nothing else.

// C0, DEL and C1 (terminal sequences), line and paragraph separators, the marks that reorder text, tags, and unpaired surrogates.
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\p{Surrogate}\u{e0000}-\u{e007f}]/gu;

function spelledOut(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}

/** One line of text for a person: `\u001b` is written out instead of sent. Ordinary text of any script stays as it is. */
export function printable(text: string): string {
  return text.replace(unprintable, spelledOut);
}

/** A JSON document that is as safe to look at; it parses to exactly `value`. */
export function printableJson(value: unknown, indent = 2): string {
  // JSON.stringify escapes what JSON demands; the rest can only stand inside strings, where an escape means the same.
  return JSON.stringify(value, null, indent)
    .split('\n')
    .map((line) => line.replace(unprintable, spelledOut))
    .join('\n');
}
