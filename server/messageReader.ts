// How do messages of the client arrive? As in any language server, but a large document is read while it is still on its
// way: the problems of its first lines are known long before its last line is here.
import type { Readable } from 'node:stream';
import {
  AbstractMessageReader,
  type DataCallback,
  type Disposable,
  type Message,
} from 'vscode-languageserver/node';
import { LargeMessage } from './largeMessage.ts';
import type { Beginning } from './protocol.ts';

/** Bytes of a message that is worth reading in parts: some milliseconds of work. */
const largeBytes = 1 << 20;
const headEnd = '\r\n\r\n';
/** Two short headers are all that there is (LSP 3.17, base protocol). */
const longestHead = 1 << 12;
const nothing = Buffer.alloc(0);

/** Of the base protocol: headers, an empty line, JSON. */
export class DocumentMessageReader extends AbstractMessageReader {
  readonly #input: Readable;
  readonly #onBeginning: (beginning: Beginning) => void;
  /** What arrived of messages that are not large. */
  #pending: Buffer = nothing;
  /** Bytes of the message whose head was read; null: a head comes next. */
  #bodyBytes: number | null = null;
  #large: LargeMessage | null = null;

  /** @param onBeginning the first lines of a large document that is being opened. */
  constructor(input: Readable, onBeginning: (beginning: Beginning) => void) {
    super();
    this.#input = input;
    this.#onBeginning = onBeginning;
  }

  listen(callback: DataCallback): Disposable {
    const onData = (data: Buffer): void => this.#read(data, callback);
    this.#input.on('data', onData);
    this.#input.on('error', (error: unknown) => this.fireError(error));
    this.#input.on('close', () => this.fireClose());
    return { dispose: () => void this.#input.off('data', onData) };
  }

  #read(data: Buffer, callback: DataCallback): void {
    let rest = data;
    while (rest.length > 0) {
      if (this.#large !== null) {
        const own = rest.subarray(0, this.#large.leftBytes);
        rest = rest.subarray(own.length);
        this.#readLarge(this.#large, own, callback);
        continue;
      }
      this.#pending = this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest]);
      rest = nothing;
      while (this.#readSmall(callback));
      if (this.#large !== null) {
        rest = this.#pending;
        this.#pending = nothing;
      }
    }
  }

  /** @returns whether there may be another one. */
  #readSmall(callback: DataCallback): boolean {
    if (this.#bodyBytes === null) {
      const end = this.#pending.indexOf(headEnd);
      if (end === -1) {
        if (this.#pending.length > longestHead) this.#refuse('a message has no header');
        return false;
      }
      const head = this.#pending.toString('latin1', 0, end);
      this.#pending = this.#pending.subarray(end + headEnd.length);
      const length = /^content-length:\s*(\d+)\s*$/im.exec(head)?.[1];
      if (length === undefined) this.#refuse('a header has no Content-Length');
      else this.#bodyBytes = Number(length);
      return length !== undefined;
    }
    const length = this.#bodyBytes;
    if (length >= largeBytes) {
      this.#bodyBytes = null;
      this.#large = new LargeMessage(length, this.#onBeginning);
      return false;
    }
    if (this.#pending.length < length) return false;
    this.#bodyBytes = null;
    const body = this.#pending.toString('utf8', 0, length);
    this.#pending = this.#pending.subarray(length);
    this.#deliver(() => JSON.parse(body) as Message, callback);
    return true;
  }

  #readLarge(large: LargeMessage, bytes: Buffer, callback: DataCallback): void {
    large.add(bytes);
    if (large.leftBytes > 0) return;
    this.#large = null;
    this.#deliver(() => large.finish(), callback);
  }

  /** One message that cannot be read is no reason not to read the next. */
  #deliver(read: () => Message, callback: DataCallback): void {
    let message: Message;
    try {
      message = read();
    } catch {
      // The reason may quote a request.
      this.fireError(new Error('A message of the client is no JSON.'));
      return;
    }
    callback(message);
  }

  /** Where the next message begins is not known. */
  #refuse(what: string): void {
    this.#pending = nothing;
    this.fireError(new Error(`What the client sends cannot be read: ${what}.`));
  }
}
