// An array, or objects over several lines, as one object a line: values keep their text, without the line breaks and the
// indentation between their parts. Text comes in pieces of any size; only the value that is being read is kept.
import { findSyntaxError } from '../json/syntaxError.ts';

/** Why nothing can be made of it: where, 0-based, and a clause without a full stop. */
export interface Refusal {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More than any provider takes as a whole file. */
const longestValue = 1 << 28;

type Expecting = 'value' | 'item' | 'itemOrEnd' | 'commaOrEnd';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const mark = 0xfeff;

function isBreak(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || isBreak(code);
}

/** What numbers and words are made of. */
const inWord = /[\w.+-]/;

/** A place in the text and where it came to stand in the value. */
interface Anchor {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export class ToLines {
  #refusal: Refusal | null = null;
  #expecting: Expecting = 'value';
  /** Of arrays around the values: 0 or 1. */
  #inArray = false;
  #found = 0;
  #line = 0;
  #column = 0;
  /** Of the value that is being read; 0 between values. */
  #depth = 0;
  #string: 'none' | 'inside' | 'escape' = 'none';
  #parts: string[] = [];
  #length = 0;
  /** White space that may yet turn out to hold a line break, and so to be left out. */
  #space = '';
  #anchors: Anchor[] = [];

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** @returns the values that ended in this piece, without line ends. After a refusal there are none. */
  push(text: string): readonly string[] {
    const lines: string[] = [];
    for (let at = 0; at < text.length && this.#refusal === null; ) {
      at = this.#depth === 0 ? this.#between(text, at) : this.#inside(text, at, lines);
    }
    return this.#refusal === null ? lines : [];
  }

  /** The text is over. */
  end(): Refusal | null {
    if (this.#refusal !== null) return this.#refusal;
    if (this.#depth > 0) {
      const closer =
        this.#string === 'none' ? 'an object that has no end' : 'a string that has no closing quote';
      this.#refuse(`the file ends inside ${closer}`);
    } else if (this.#inArray) this.#refuse('the file ends before the closing "]"');
    else if (this.#found === 0) this.#refuse('there is no request in it');
    return this.#refusal;
  }

  /** For whoever reads the text: it cannot be read on. */
  refuseHere(message: string): Refusal | null {
    this.#refuse(message);
    return this.#refusal;
  }

  #between(text: string, at: number): number {
    const code = text.charCodeAt(at);
    const isMark = code === mark && this.#line === 0 && this.#column === 0 && this.#found === 0;
    if (isMark) return at + 1;
    if (code === openBrace && this.#expecting !== 'commaOrEnd') {
      this.#anchors = [{ offset: 0, line: this.#line, column: this.#column }];
      this.#depth = 1;
      this.#take('{');
    } else if (!isSpace(code)) this.#step(code, text.slice(at, at + 1));
    this.#advance(code);
    return at + 1;
  }

  #step(code: number, character: string): void {
    if (code === openBracket && this.#expecting === 'value') {
      this.#expecting = 'itemOrEnd';
      this.#inArray = true;
    } else if (code === comma && this.#expecting === 'commaOrEnd') {
      this.#expecting = 'item';
    } else if (code === closeBracket && this.#inArray && this.#expecting !== 'item') {
      this.#expecting = 'value';
      this.#inArray = false;
    } else this.#refuse(this.#unexpected(code, character));
  }

  #unexpected(code: number, character: string): string {
    if (code === closeBracket && this.#expecting === 'item')
      return 'a comma before the closing bracket is not allowed';
    if (this.#expecting === 'commaOrEnd') {
      return code === openBrace
        ? 'a comma is missing before this'
        : `a comma or "]" should stand here, not ${shown(character)}`;
    }
    if (code === comma) return 'a comma stands here that separates nothing';
    return `an object should stand here, not ${shown(character)}`;
  }

  /** Goes on in a value, to its end or that of the text. @returns where it stopped. */
  #inside(text: string, start: number, lines: string[]): number {
    let from = start;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#string !== 'none') {
        if (code === lineFeed) {
          this.#refuse('the line ends inside a string; a line break in a string is written \\n');
          return at;
        }
        this.#string =
          this.#string === 'escape'
            ? 'inside'
            : code === backslash
              ? 'escape'
              : code === quote
                ? 'none'
                : 'inside';
      } else if (isSpace(code)) {
        this.#take(text.slice(from, at));
        this.#space += text.slice(at, at + 1);
        from = at + 1;
      } else {
        this.#endSpace(code);
        if (code === quote) this.#string = 'inside';
        else if (code === openBrace || code === openBracket) this.#depth++;
        else if ((code === closeBrace || code === closeBracket) && --this.#depth === 0) {
          this.#take(text.slice(from, at + 1));
          this.#advance(code);
          this.#endValue(lines);
          return at + 1;
        }
      }
      this.#advance(code);
    }
    this.#take(text.slice(from));
    return text.length;
  }

  #endSpace(next: number): void {
    if (this.#space === '') return;
    if (!/[\r\n]/.test(this.#space)) this.#take(this.#space);
    else {
      // Two numbers that lack their comma must not become one.
      if (inWord.test(this.#parts.at(-1)?.at(-1) ?? '') && inWord.test(String.fromCharCode(next))) {
        this.#take(' ');
      }
      this.#anchors.push({ offset: this.#length, line: this.#line, column: this.#column });
    }
    this.#space = '';
  }

  #take(text: string): void {
    if (text === '') return;
    this.#length += text.length;
    if (this.#length > longestValue) this.#refuse('this object is longer than any provider takes');
    else this.#parts.push(text);
  }

  #advance(code: number): void {
    if (code === lineFeed) {
      this.#line++;
      this.#column = 0;
    } else this.#column++;
  }

  #endValue(lines: string[]): void {
    const value = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    try {
      JSON.parse(value);
    } catch {
      const error = findSyntaxError(value);
      this.#refuseAt(this.#placeOf(error?.start ?? 0), error?.message ?? 'this is not JSON');
      return;
    }
    this.#found++;
    this.#expecting = this.#inArray ? 'commaOrEnd' : 'value';
    lines.push(value);
  }

  /** Where a character of the value stands in the text. */
  #placeOf(offset: number): Anchor {
    const anchor = this.#anchors.findLast((one) => one.offset <= offset) as Anchor;
    return { ...anchor, column: anchor.column + offset - anchor.offset };
  }

  #refuse(message: string): void {
    this.#refuseAt({ line: this.#line, column: this.#column }, message);
  }

  #refuseAt({ line, column }: Pick<Refusal, 'line' | 'column'>, message: string): void {
    this.#refusal ??= { line, column, message };
    this.#parts = [];
  }
}

function shown(character: string): string {
  return `"${character}"`;
}

/** All at once. @param pieces the text, cut anywhere. */
export function linesOfJson(pieces: Iterable<string>): readonly string[] | { readonly refusal: Refusal } {
  const machine = new ToLines();
  const lines: string[] = [];
  for (const piece of pieces) {
    for (const line of machine.push(piece)) lines.push(line);
  }
  const refusal = machine.end();
  return refusal === null ? lines : { refusal };
}
