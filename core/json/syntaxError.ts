// Where a text that JSON.parse refused stops being JSON, and what a person should write there.
// An explicit stack instead of recursion: hostile lines nest deeper than any call stack.
import { createScanner } from 'jsonc-parser';
import type { Span } from './skim.ts';

// jsonc-parser 3.3 declares these as ambient const enums, which single-file compilation cannot read.
const SyntaxKind = {
  OpenBraceToken: 1,
  CloseBraceToken: 2,
  OpenBracketToken: 3,
  CloseBracketToken: 4,
  CommaToken: 5,
  ColonToken: 6,
  NullKeyword: 7,
  TrueKeyword: 8,
  FalseKeyword: 9,
  StringLiteral: 10,
  NumericLiteral: 11,
  LineCommentTrivia: 12,
  BlockCommentTrivia: 13,
  LineBreakTrivia: 14,
  Trivia: 15,
  Unknown: 16,
  EOF: 17,
} as const;

const ScanError = {
  None: 0,
  UnexpectedEndOfComment: 1,
  UnexpectedEndOfString: 2,
  UnexpectedEndOfNumber: 3,
  InvalidUnicode: 4,
  InvalidEscapeCharacter: 5,
  InvalidCharacter: 6,
} as const;

export interface JsonSyntaxError extends Span {
  /** A clause without a full stop: "a comma is missing before this". */
  readonly message: string;
  /** The text stops inside an object, array or string: it may go on in the next line. */
  readonly unfinished: boolean;
}

type Expecting = 'value' | 'item' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'colon' | 'commaOrEnd' | 'nothing';

const pythonWords: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  NaN: 'null',
  nan: 'null',
  Infinity: 'null',
  '-Infinity': 'null',
  undefined: 'null',
};

const scanErrorMessages: Readonly<Record<number, string>> = {
  [ScanError.UnexpectedEndOfComment]: 'this comment never ends, and JSON has no comments',
  [ScanError.UnexpectedEndOfString]: 'this string has no closing quote',
  [ScanError.UnexpectedEndOfNumber]: 'this number is not complete',
  [ScanError.InvalidUnicode]: 'a \\u escape needs four hexadecimal digits',
  [ScanError.InvalidEscapeCharacter]: 'JSON knows no such escape; a backslash itself is written \\\\',
  [ScanError.InvalidCharacter]: 'a control character stands here as it is; write it as an escape such as \\n',
};

/** Returns null when the walk finds nothing wrong, which for a text refused by JSON.parse should not happen. */
export function findSyntaxError(text: string): JsonSyntaxError | null {
  const scanner = createScanner(text, false);
  const closers: ('}' | ']')[] = [];
  let expecting: Expecting = 'value';
  let endOfString = -1;
  for (;;) {
    const kind = scanner.scan();
    if (kind === SyntaxKind.Trivia || kind === SyntaxKind.LineBreakTrivia) continue;
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const scanError = scanner.getTokenError();
    if (kind === SyntaxKind.EOF) return endOfText(text, expecting, closers);
    if (scanError !== ScanError.None) {
      const message = scanErrorMessages[scanError] ?? 'this is not JSON';
      const unfinished = scanError === ScanError.UnexpectedEndOfString;
      return { ...faultInToken(text, start, end, scanError), message, unfinished };
    }
    const message =
      kind === SyntaxKind.Unknown && start === endOfString
        ? 'text follows the end of this string; a quote inside a string is written \\"'
        : tokenError(kind, visible(text.slice(start, Math.min(end, start + 40))), expecting, closers.at(-1));
    if (message !== null) return { start, end, message, unfinished: false };
    endOfString = kind === SyntaxKind.StringLiteral ? end : -1;
    expecting = step(kind, expecting, closers);
  }
}

const knownEscape = /^\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/;

/** The escape or character at fault in a string that may be a whole prompt; other faults are the token's. */
function faultInToken(text: string, start: number, end: number, scanError: number): Span {
  if (scanError === ScanError.InvalidCharacter) {
    for (let at = start; at < end; at++) if (text.charCodeAt(at) < 0x20) return { start: at, end: at + 1 };
  }
  if (scanError === ScanError.InvalidEscapeCharacter || scanError === ScanError.InvalidUnicode) {
    for (let at = text.indexOf('\\', start); at !== -1 && at < end; at = text.indexOf('\\', at + 2)) {
      if (!knownEscape.test(text.slice(at, at + 6))) return { start: at, end: Math.min(end, at + 2) };
    }
  }
  return { start, end };
}

/** Characters that cannot be seen are named by their number. */
function visible(token: string): string {
  return token.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function endOfText(text: string, expecting: Expecting, closers: readonly string[]): JsonSyntaxError | null {
  if (expecting === 'nothing') return null;
  const end = text.trimEnd().length;
  const closer = closers.at(-1);
  const message =
    closer === undefined ? 'a value is missing' : `the line ends before the closing "${closer}"`;
  return { start: Math.max(0, end - 1), end, message, unfinished: true };
}

function step(kind: number, expecting: Expecting, closers: ('}' | ']')[]): Expecting {
  switch (kind) {
    case SyntaxKind.OpenBraceToken:
      closers.push('}');
      return 'keyOrEnd';
    case SyntaxKind.OpenBracketToken:
      closers.push(']');
      return 'valueOrEnd';
    case SyntaxKind.CloseBraceToken:
    case SyntaxKind.CloseBracketToken:
      closers.pop();
      break;
    case SyntaxKind.CommaToken:
      return closers.at(-1) === '}' ? 'key' : 'item';
    case SyntaxKind.ColonToken:
      return 'value';
    default:
      if (expecting === 'key' || expecting === 'keyOrEnd') return 'colon';
  }
  return closers.length === 0 ? 'nothing' : 'commaOrEnd';
}

function tokenError(
  kind: number,
  token: string,
  expecting: Expecting,
  closer: '}' | ']' | undefined,
): string | null {
  if (kind === SyntaxKind.LineCommentTrivia || kind === SyntaxKind.BlockCommentTrivia) {
    return 'JSON has no comments';
  }
  if (kind === SyntaxKind.Unknown && expecting !== 'nothing') return unknownToken(token);
  const isValue =
    kind === SyntaxKind.StringLiteral ||
    kind === SyntaxKind.NumericLiteral ||
    kind === SyntaxKind.TrueKeyword ||
    kind === SyntaxKind.FalseKeyword ||
    kind === SyntaxKind.NullKeyword ||
    kind === SyntaxKind.OpenBraceToken ||
    kind === SyntaxKind.OpenBracketToken;
  const closes =
    (kind === SyntaxKind.CloseBraceToken && closer === '}') ||
    (kind === SyntaxKind.CloseBracketToken && closer === ']');
  switch (expecting) {
    case 'value':
      return isValue ? null : `a value is missing before "${token}"`;
    case 'item':
      if (isValue) return null;
      return closes
        ? 'a comma before the closing bracket is not allowed'
        : `a value is missing before "${token}"`;
    case 'valueOrEnd':
      return isValue || closes ? null : `a value or "]" should stand here, not "${token}"`;
    case 'keyOrEnd':
      return kind === SyntaxKind.StringLiteral || closes
        ? null
        : `a name in double quotes should stand here, not "${token}"`;
    case 'key':
      if (kind === SyntaxKind.StringLiteral) return null;
      return closes
        ? 'a comma before the closing brace is not allowed'
        : `a name in double quotes should stand here, not "${token}"`;
    case 'colon':
      return kind === SyntaxKind.ColonToken ? null : 'a colon is missing before this';
    case 'commaOrEnd':
      if (kind === SyntaxKind.CommaToken || closes) return null;
      if (isValue) return 'a comma is missing before this';
      return `a comma or "${closer}" should stand here, not "${token}"`;
    case 'nothing':
      return kind === SyntaxKind.OpenBraceToken
        ? 'a second object starts here; each request needs a line of its own'
        : `nothing may follow the end of the object, but "${token}" does`;
  }
}

function unknownToken(token: string): string {
  if (token.startsWith("'")) return 'JSON strings need double quotes, not single quotes';
  if (token.startsWith('\u201c') || token.startsWith('\u201d'))
    return 'JSON strings need straight double quotes';
  const word = Object.hasOwn(pythonWords, token) ? pythonWords[token] : undefined;
  if (word !== undefined) return `"${token}" is not JSON; write ${word}`;
  return `"${token}" is not JSON`;
}
