// Where the parts of a JSON text stand. For text that JSON.parse has accepted: it skips instead of parsing, without recursion.

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Steps from the root of a JSON value to a part of it. */
export type JsonPath = readonly (string | number)[];

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

export function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  let at = start;
  if (first !== openBrace && first !== openBracket) {
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === comma || code === closeBrace || code === closeBracket || isSpace(code)) break;
    }
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      continue;
    }
    if (code === openBrace || code === openBracket) depth++;
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at + 1;
    at++;
  }
  return at;
}

export interface Member {
  readonly key: Span;
  readonly value: Span;
}

/** @param span a key with its quotes. */
export function keyEquals(text: string, span: Span, key: string): boolean {
  const raw = text.slice(span.start + 1, span.end - 1);
  return raw === key || (raw.includes('\\') && JSON.parse(`"${raw}"`) === key);
}

/** The last member of that name, as JSON.parse would take it. */
function findMember(text: string, objectStart: number, key: string): Member | null {
  let found: Member | null = null;
  for (let at = skipSpace(text, objectStart + 1); at < text.length && text.charCodeAt(at) !== closeBrace; ) {
    const member = memberAt(text, at);
    if (keyEquals(text, member.key, key)) found = member;
    at = afterComma(text, member.value.end);
  }
  return found;
}

function memberAt(text: string, at: number): Member {
  const key = { start: at, end: endOfString(text, at) };
  const valueStart = skipSpace(text, skipSpace(text, key.end) + 1);
  return { key, value: { start: valueStart, end: endOfValue(text, valueStart) } };
}

function afterComma(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text.charCodeAt(at) === comma ? skipSpace(text, at + 1) : at;
}

/** Every member of the object that opens at a place, in the order of the text; keys may be there twice. */
export function membersAt(text: string, objectStart: number): readonly Member[] {
  const members: Member[] = [];
  for (let at = skipSpace(text, objectStart + 1); at < text.length && text.charCodeAt(at) !== closeBrace; ) {
    const member = memberAt(text, at);
    members.push(member);
    at = afterComma(text, member.value.end);
  }
  return members;
}

function findItem(text: string, arrayStart: number, index: number): Span | null {
  let at = skipSpace(text, arrayStart + 1);
  for (let i = 0; at < text.length && text.charCodeAt(at) !== closeBracket; i++) {
    const end = endOfValue(text, at);
    if (i === index) return { start: at, end };
    at = afterComma(text, end);
  }
  return null;
}

/** Finds the value at a path and the key that names it (null for items and the root); null when the path does not exist. */
export function locate(
  text: string,
  path: JsonPath,
): { readonly key: Span | null; readonly value: Span } | null {
  const start = skipSpace(text, 0);
  let key: Span | null = null;
  let value: Span = { start, end: -1 };
  for (const step of path) {
    const first = text.charCodeAt(value.start);
    if (first === openBrace) {
      const member = findMember(text, value.start, String(step));
      if (member === null) return null;
      ({ key, value } = member);
    } else if (first === openBracket) {
      const item = findItem(text, value.start, Number(step));
      if (item === null) return null;
      key = null;
      value = item;
    } else {
      return null;
    }
  }
  return { key, value: value.end === -1 ? { start, end: endOfValue(text, start) } : value };
}

/** The original text of a top-level member's value, or null when the object has no such member. */
export function memberText(text: string, key: string): string | null {
  const found = locate(text, [key]);
  return found === null ? null : text.slice(found.value.start, found.value.end);
}
