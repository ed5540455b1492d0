// How is parsed JSON of unknown shape called here?

/** An object as parsed; nothing is known of its members. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null for what is no JSON object, or no text at all. */
export function parseObject(text: string | null): Json | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const longCharacters = 4_000_000;
const mostBrackets = 2_000_000;

/** JSON.parse takes any text, but a hundred megabytes of brackets only in gigabytes and minutes: no server reads that. */
export function isTooDense(text: string): boolean {
  if (text.length < longCharacters) return false;
  let brackets = 0;
  for (let at = 0; at < text.length && brackets <= mostBrackets; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = closingQuote(text, at + 1);
    else if (code === 0x2c || code === 0x5b || code === 0x7b) brackets += 1;
  }
  return brackets > mostBrackets;
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
