// What is in a JSON text that its parsed value no longer shows: keys named twice, halves of characters, numbers that change.
import { clip } from '../check/clip.ts';
import { type Finding, wholeLine } from '../check/finding.ts';
import { formatCount } from '../figures.ts';
import { KeyScopes } from './keyScopes.ts';
import { exactDigits, numberLoss } from './numberLoss.ts';
import { endOfString, type Span } from './skim.ts';

/** So many of each code are told for a line; one that has them all over has said enough. */
const mostTold = 10;

const none: readonly Finding[] = [];

/**
 * For a text that JSON.parse has accepted. One pass without recursion that leaps over strings: next to nothing for a
 * clean line, linear for any other.
 */
export function findHidden(text: string): readonly Finding[] {
  const inTokens = findInTokens(text);
  const halves = mayHaveHalves(text) ? findHalves(text) : none;
  if (halves.length === 0) return inTokens;
  return inTokens.length === 0 ? halves : [...inTokens, ...halves];
}

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;
const smallE = 0x65;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const scopes = new KeyScopes();

/** Keys and numbers. */
function findInTokens(text: string): readonly Finding[] {
  const findings: Finding[] = [];
  const told = { duplicates: 0, numbers: 0 };
  scopes.begin(text);
  let isKeyNext = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = isKeyNext ? scopes.enter(at) : endOfString(text, at);
      if (isKeyNext && scopes.equal !== -1 && told.duplicates++ < mostTold) {
        findings.push(duplicateKey(text, at, end, scopes.equal));
      }
      isKeyNext = false;
      at = end - 1;
    } else if (code === comma) {
      isKeyNext = scopes.isInObject;
    } else if (code === openBrace) {
      scopes.openObject();
      isKeyNext = true;
    } else if (code === openBracket) {
      scopes.openArray();
      isKeyNext = false;
    } else if (code === closeBrace || code === closeBracket) {
      scopes.close();
    } else if ((code >= zero && code <= nine) || code === minus) {
      const end = endOfNumber(text, at);
      const loss = mayBeLost(text, at, end) ? numberLoss(text.slice(at, end)) : null;
      if (loss !== null && told.numbers++ < mostTold) findings.push(changedNumber(text, at, end, loss));
      at = end - 1;
    }
  }
  scopes.end();
  if (findings.length === 0) return none;
  addRest(findings, 'json.duplicate-key', told.duplicates, 'keys of this line are in their objects already');
  addRest(findings, 'json.big-integer', told.numbers, 'numbers of this line change when they are read');
  return findings;
}

function addRest(findings: Finding[], code: Finding['code'], count: number, what: string): void {
  if (count <= mostTold) return;
  findings.push({ code, where: wholeLine, message: `${formatCount(count - mostTold)} more ${what}.` });
}

/** Anything but a comma, a bracket, a brace or white space belongs to a number in text that JSON.parse accepted. */
function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === comma || code === closeBracket || code === closeBrace) break;
    at++;
  }
  return at;
}

/** A short one without an exponent is exact: a line may hold a million of them. */
function mayBeLost(text: string, start: number, end: number): boolean {
  if (end - start > exactDigits) return true;
  for (let at = start + 1; at < end; at++) if ((text.charCodeAt(at) | 0x20) === smallE) return true;
  return false;
}

const longestShown = 60;

/** The beginning of what may be a megabyte. */
function shown(text: string, start: number, end: number): string {
  return clip(text.slice(start, Math.min(end, start + 2 * longestShown)), longestShown);
}

function duplicateKey(text: string, start: number, end: number, first: number): Finding {
  const message = `${shown(text, start, end)} is in this object already, at column ${first + 1}; which of them counts is not certain, keep one.`;
  return { code: 'json.duplicate-key', where: { kind: 'span', start, end }, message };
}

function changedNumber(text: string, start: number, end: number, loss: string): Finding {
  const message = `${shown(text, start, end)} ${loss}.`;
  return { code: 'json.big-integer', where: { kind: 'span', start, end }, message };
}

/** Node 20 and every browser have it; the library of ES 2023 does not. */
interface WellFormed {
  isWellFormed(): boolean;
}

function mayHaveHalves(text: string): boolean {
  if (!(text as unknown as WellFormed).isWellFormed()) return true;
  return text.includes('\\u') && (text.includes('\\ud') || text.includes('\\uD'));
}

/** An escape of a surrogate, any other escape (so that the u after an escaped backslash is none), or a surrogate as it is. */
const surrogates = /\\(?:u([dD][89a-fA-F][\da-fA-F]{2})|[\s\S])|([\ud800-\udfff])/g;

const nowhere: Span = { start: -1, end: -1 };

/** Surrogates that are no pair with their neighbour, escaped or not. */
function findHalves(text: string): readonly Finding[] {
  const findings: Finding[] = [];
  let count = 0;
  let high = nowhere;
  const tell = ({ start, end }: Span): void => {
    if (start !== -1 && ++count <= mostTold) findings.push(half(text, start, end));
    high = nowhere;
  };
  for (const match of text.matchAll(surrogates)) {
    const [token, escaped, raw] = match;
    const span = { start: match.index, end: match.index + token.length };
    const unit = escaped !== undefined ? Number.parseInt(escaped, 16) : (raw ?? '').charCodeAt(0);
    const isLow = unit >= 0xdc00 && unit <= 0xdfff;
    if (isLow && high.end === span.start) {
      high = nowhere;
      continue;
    }
    tell(high);
    if (isLow) tell(span);
    else if (unit >= 0xd800 && unit <= 0xdbff) high = span;
  }
  tell(high);
  addRest(findings, 'json.lone-surrogate', count, 'halves of characters are in this line');
  return findings;
}

function half(text: string, start: number, end: number): Finding {
  const code = end - start === 1 ? `\\u${text.charCodeAt(start).toString(16)}` : text.slice(start, end);
  const message = `${code} is half of a character without its other half, which strict servers refuse; write the whole character or remove it.`;
  return { code: 'json.lone-surrogate', where: { kind: 'span', start, end }, message };
}
