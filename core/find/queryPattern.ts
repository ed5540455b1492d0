// Where may a query stand in the text of lines? As it was typed, or as JSON writes it, without regard to case.

/** Of a longer query the beginning decides. It bounds what the worst text can cost: characters times this. */
const mostCharacters = 256;

/**
 * - `text`: strings.
 * - `bytes`: UTF-8 seen as Latin-1, so that a file is searched without being decoded.
 */
export type Searched = 'text' | 'bytes';

/** Global. Null for an empty query, which stands everywhere. Matches hold no line feed. */
export function queryPattern(query: string, searched: Searched): RegExp | null {
  const characters = [...query].slice(0, mostCharacters);
  if (characters.length === 0) return null;
  const escaped = characters.map((character) => oneOf(escapedForms(character, searched))).join('');
  if (characters.every(standsInStrings) || characters.includes('\n')) return new RegExp(escaped, 'g');
  // As it was typed: with the quotes and escapes that are in a line.
  const typed = characters.map((character) => oneOf(typedForms(character, searched))).join('');
  return new RegExp(`${escaped}|${typed}`, 'g');
}

/** Whether JSON lets a character stand in a string as it is. */
function standsInStrings(character: string): boolean {
  return character >= ' ' && character !== '"' && character !== '\\';
}

/** No form begins with another one, so that no text makes the search try many ways through it. */
function escapedForms(character: string, searched: Searched): string[] {
  const short = shortEscapes.get(character);
  const forms = short === undefined ? [] : [`\\\\${short}`];
  for (const variant of caseVariants(character)) {
    if (standsInStrings(variant)) forms.push(literal(variant, searched));
    forms.push(unicodeEscape(variant));
  }
  return forms;
}

function typedForms(character: string, searched: Searched): string[] {
  return caseVariants(character).map((variant) => literal(variant, searched));
}

/** What follows the backslash, as a pattern (RFC 8259, section 7). */
const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\\\'],
  ['/', '\\/'],
  ['\b', 'b'],
  ['\f', 'f'],
  ['\n', 'n'],
  ['\r', 'r'],
  ['\t', 't'],
]);

/** Those of one character: ß does not stand for SS. */
function caseVariants(character: string): readonly string[] {
  const upper = character.toUpperCase();
  const all = [character, character.toLowerCase(), upper, upper.toLowerCase()];
  return [...new Set(all)].filter((variant) => [...variant].length === 1);
}

function unicodeEscape(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units
    .map((digits) => `\\\\u${digits.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)}`)
    .join('');
}

function literal(character: string, searched: Searched): string {
  if (searched === 'text') return character.split('').map(unitPattern).join('');
  return [...utf8(character.codePointAt(0) ?? 0)]
    .map((byte) => unitPattern(String.fromCharCode(byte)))
    .join('');
}

function unitPattern(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Half of a surrogate pair is what a decoder makes of it, U+FFFD. */
function utf8(code: number): readonly number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), continuation(code)];
  if (code >= 0xd800 && code <= 0xdfff) return utf8(0xfffd);
  if (code < 0x10000) return [0xe0 | (code >> 12), continuation(code >> 6), continuation(code)];
  return [0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code)];
}

function continuation(code: number): number {
  return 0x80 | (code & 0x3f);
}

function oneOf(forms: readonly string[]): string {
  return forms.length === 1 ? (forms[0] ?? '') : `(?:${forms.join('|')})`;
}
