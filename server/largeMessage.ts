// A message with a large document, read while it arrives: the text is taken out of the JSON part by part, and is never there
// as bytes, as JSON and as a text at once.
import type { DidOpenTextDocumentParams, Message, NotificationMessage } from 'vscode-languageserver/node';
import type { Beginning } from './protocol.ts';

/** What stands before the text where it is read in parts; messages that begin otherwise are read whole. */
const opening =
  /^\s*\{(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,)*\s*"params"\s*:\s*\{\s*"textDocument"\s*:\s*\{(?:\s*"(?:uri|languageId)"\s*:\s*"(?:[^"\\]|\\.)*"\s*,|\s*"version"\s*:\s*-?\d+\s*,)*\s*"text"\s*:\s*"/;
/** Where the text has not begun by then, it is in an unusual place. */
const longestOpening = 1 << 16;
/** Bytes of JSON that are read at a time. */
const partBytes = 1 << 16;
/** Characters that are checked before the rest is there; to check a line of megabytes twice helps nobody. */
const longestBeginning = 1 << 18;
/** So near its end the text is likely to end. */
const tailBytes = 1 << 10;

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;

type Phase = 'opening' | 'text' | 'tail' | 'whole';

export class LargeMessage {
  readonly #onBeginning: (beginning: Beginning) => void;
  #leftBytes: number;
  #phase: Phase = 'opening';
  /** What has arrived before the text, behind it, or of a message that is read whole. */
  #around: Buffer[] = [];
  /** Up to the quote before the text. */
  #head = '';
  /** JSON of the text that has arrived and is not read yet; a quote before it, and room for one behind it. */
  #part: Buffer = Buffer.alloc(0);
  #partEnd = 1;
  #text = '';
  /** What was wrong with the text. */
  #error: unknown = null;
  /** Null once its first lines were told, or are too long to be. */
  #document: { readonly uri: string; readonly version: number } | null = null;

  constructor(sizeBytes: number, onBeginning: (beginning: Beginning) => void) {
    this.#leftBytes = sizeBytes;
    this.#onBeginning = onBeginning;
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  /** @param bytes at most those that are left. */
  add(bytes: Buffer): void {
    this.#leftBytes -= bytes.length;
    if (this.#phase === 'text') this.#addText(bytes);
    else this.#around.push(bytes);
    if (this.#phase === 'opening') this.#readOpening();
  }

  /** Once all bytes are there. Throws where they are no JSON. */
  finish(): Message {
    const rest = this.#taken().toString();
    if (this.#error !== null) throw this.#error;
    if (this.#phase === 'text') throw new SyntaxError('The text of a document has no end.');
    if (this.#phase !== 'tail') return JSON.parse(rest) as Message;
    // What else is said of the text, or of another one, is left to JSON itself.
    if (/\\|"(?:params|text)/.test(rest))
      return JSON.parse(this.#head + JSON.stringify(this.#text).slice(1) + rest) as Message;
    const message = JSON.parse(`${this.#head}"${rest}`) as NotificationMessage;
    const { textDocument } = message.params as DidOpenTextDocumentParams;
    const params = { ...message.params, textDocument: { ...textDocument, text: this.#text } };
    return { ...message, params } as Message;
  }

  #taken(): Buffer {
    const bytes = Buffer.concat(this.#around);
    this.#around = [];
    return bytes;
  }

  #readOpening(): void {
    const bytes = this.#taken();
    // As Latin-1, in which a character is a byte, whatever the bytes are.
    const found = opening.exec(bytes.toString('latin1', 0, longestOpening))?.[0];
    if (found === undefined || !this.#readHead(bytes.toString('utf8', 0, found.length))) {
      this.#around = [bytes];
      if (found !== undefined || bytes.length >= longestOpening) this.#phase = 'whole';
      return;
    }
    this.#phase = 'text';
    this.#part = Buffer.allocUnsafe(partBytes + 2);
    this.#part[0] = quote;
    this.#addText(bytes.subarray(found.length));
  }

  /** @returns whether it is JSON. */
  #readHead(head: string): boolean {
    let message: NotificationMessage;
    try {
      message = JSON.parse(`${head}"}}}`) as NotificationMessage;
    } catch {
      return false;
    }
    this.#head = head;
    const { uri, version } = (message.params as DidOpenTextDocumentParams).textDocument;
    if (message.method === 'textDocument/didOpen' && typeof uri === 'string' && typeof version === 'number')
      this.#document = { uri, version };
    return true;
  }

  #addText(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#phase !== 'text') {
        this.#around.push(rest);
        return;
      }
      const copied = rest.copy(this.#part, this.#partEnd, 0, partBytes + 1 - this.#partEnd);
      this.#partEnd += copied;
      rest = rest.subarray(copied);
      const isFull = this.#partEnd > partBytes;
      if (isFull || this.#text === '' || this.#leftBytes < tailBytes) this.#readText();
    }
  }

  /** Near the end of the message the end of the text is looked for; elsewhere JSON itself says that it was there. */
  #readText(): void {
    const end = this.#leftBytes < tailBytes ? this.#endOfText() : null;
    const cut = end ?? this.#endOfWhole();
    try {
      this.#append(this.#parsed(cut));
      if (end === null) {
        this.#part.copyWithin(1, cut, this.#partEnd);
        this.#partEnd -= cut - 1;
      } else this.#endAt(end);
    } catch (error) {
      this.#endEarly(error);
    }
  }

  /** The text ends before the message does, or is wrong. */
  #endEarly(error: unknown): void {
    const end = this.#endOfText();
    this.#phase = 'tail';
    try {
      if (end === null) throw error;
      this.#append(this.#parsed(end));
      this.#endAt(end);
    } catch (reason) {
      this.#error = reason;
    }
  }

  #parsed(end: number): string {
    const behind = this.#part[end] as number;
    this.#part[end] = quote;
    const json = this.#part.toString('utf8', 0, end + 1);
    this.#part[end] = behind;
    return JSON.parse(json) as string;
  }

  #endAt(end: number): void {
    this.#phase = 'tail';
    this.#around.push(this.#part.subarray(end + 1, this.#partEnd));
  }

  #append(part: string): void {
    const before = this.#text.length;
    this.#text += part;
    if (this.#document === null) return;
    const lines = part.lastIndexOf('\n') + 1;
    const isLong = before + lines > longestBeginning;
    if (lines === 0 && !isLong) return;
    const beginning = { ...this.#document, text: this.#text.slice(0, before + lines) };
    this.#document = null;
    if (!isLong) this.#onBeginning(beginning);
  }

  /** Where the quote is that ends it; null: not in this part. */
  #endOfText(): number | null {
    const part = this.#part.subarray(0, this.#partEnd);
    for (let at = part.indexOf(quote, 1); at !== -1; at = part.indexOf(quote, at + 1)) {
      if (backslashesBefore(part, at) % 2 === 0) return at;
    }
    return null;
  }

  /** Where the last character and the last escape of the part are whole. */
  #endOfWhole(): number {
    const part = this.#part;
    const end = endOfCharacters(part, this.#partEnd);
    for (let at = end - 1; at >= Math.max(1, end - 5); at--) {
      if (part[at] !== backslash) continue;
      if (backslashesBefore(part, at) % 2 === 1) return end;
      const width = part[at + 1] === letterU ? 6 : 2;
      return at + width > end ? at : end;
    }
    return end;
  }
}

/** A character of several bytes says in the first how many they are. */
function endOfCharacters(bytes: Buffer, end: number): number {
  let at = end - 1;
  while (at > 1 && at > end - 4 && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  const first = bytes[at] as number;
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return at >= 1 && at + width > end ? at : end;
}

function backslashesBefore(bytes: Buffer, at: number): number {
  let from = at;
  while (from > 1 && bytes[from - 1] === backslash) from--;
  return at - from;
}
