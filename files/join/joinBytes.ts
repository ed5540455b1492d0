// The bytes that a join splices into its rows, as they are in the files: of requests, of results, of the responses in them.
import type { Span } from '#core';
import type { InputFile } from '../inputFile.ts';
import { cr } from '../lines.ts';
import { ByteWindow } from './byteWindow.ts';
import type { RequestPlace } from './joinIndex.ts';
import type { JoinedRow } from './joinTypes.ts';
import type { ResultPlace } from './resultIndex.ts';

/** What bytes that are no UTF-8 become, so that places in the text are none in the bytes. */
const replacement = '\ufffd';

/** What it gives is valid until the next that comes from the same file. */
export class JoinBytes {
  readonly #requests: InputFile;
  readonly #requestWindow: ByteWindow;
  readonly #resultWindows: readonly ByteWindow[];

  constructor(requests: InputFile, results: readonly InputFile[]) {
    this.#requests = requests;
    this.#requestWindow = new ByteWindow(requests);
    this.#resultWindows = results.map((file) => new ByteWindow(file));
  }

  request(place: RequestPlace): Pick<JoinedRow, 'line' | 'request'> {
    const { offset, sizeBytes, markBytes, isJson, isDoubtful } = place;
    const withEnd = Math.min(sizeBytes + 1, this.#requests.sizeBytes - offset);
    const whole = this.#requestWindow.view(offset, withEnd);
    const end = whole[sizeBytes] === cr ? withEnd : sizeBytes;
    const line = whole.subarray(place.line === 0 ? markBytes : 0, end);
    if (isJson && !isDoubtful) return { line, request: whole.subarray(markBytes, sizeBytes) };
    const text = whole.toString('utf8', markBytes, sizeBytes);
    return { line, request: Buffer.from(isJson ? text : JSON.stringify(text)) };
  }

  result({ file, offset, sizeBytes }: ResultPlace): Buffer {
    return (this.#resultWindows[file] as ByteWindow).view(offset, sizeBytes);
  }

  /** @param text of the whole result. @param span of the response in it; null: it has none. */
  response(place: ResultPlace, text: string, span: Span | null): Uint8Array | null {
    if (span === null) return null;
    const { start, end } = span;
    if (text.includes(replacement)) return Buffer.from(text.slice(start, end));
    const bytes = this.result(place);
    // As many units as bytes: each is one byte.
    if (text.length === bytes.length) return bytes.subarray(start, end);
    const before = Buffer.byteLength(text.slice(0, start));
    return bytes.subarray(before, bytes.length - Buffer.byteLength(text.slice(end)));
  }
}
