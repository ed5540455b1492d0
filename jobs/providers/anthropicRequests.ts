// The body of a create call: the lines of a part as the list it is sent in, read while it is sent and as long as they are.
import type { CreateRequest } from './port.ts';
import { partBytes, type StreamedBody, streamed } from './streamedBody.ts';

const head = Buffer.from('{"requests":[');
const tail = Buffer.from(']}');

/**
 * `{"requests":[line,line]}`: no line is parsed, and none of its bytes is changed but the line end, which becomes the
 * comma. So the length is known beforehand, and the numbers and texts are those that were checked.
 */
export function requestsBody({
  bytes,
  onProgress,
}: Pick<CreateRequest, 'bytes' | 'onProgress'>): StreamedBody {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield head;
    const commas = new LineCommas();
    for await (const chunk of partBytes(bytes, onProgress)) yield* commas.of(chunk);
    yield* commas.rest();
    yield tail;
  }
  return {
    ...streamed(bytes.path, parts()),
    headers: {
      'content-type': 'application/json',
      'content-length': String(head.length + bytes.sizeBytes + tail.length),
    },
  };
}

const [lf, comma, space] = [0x0a, 0x2c, 0x20];
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Turns the last line end between two lines with something in them into a comma, byte for byte; other line ends are
 * white space in JSON as they are. A byte order mark at the start, which JSON does not allow, becomes spaces.
 */
class LineCommas {
  /** White space since the last line end, which may have to become a comma; null: there is none yet. */
  #held: Buffer[] | null = null;
  #isFirstChunk = true;
  /** Whether anything but white space came. */
  #hasText = false;

  *of(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    if (this.#isFirstChunk && chunk.subarray(0, 3).equals(byteOrderMark)) chunk.fill(space, 0, 3);
    this.#isFirstChunk = false;
    if (this.#held !== null) {
      start = afterSpace(chunk, 0);
      this.#hold(chunk.subarray(0, start));
      if (start === chunk.length) return;
      yield* this.#release(true);
    } else if (!this.#hasText) {
      start = afterSpace(chunk, 0);
      yield chunk.subarray(0, start);
      if (start === chunk.length) return;
    }
    this.#hasText = true;
    for (let at = chunk.indexOf(lf, start); at !== -1; at = chunk.indexOf(lf, at + 1)) {
      const next = afterSpace(chunk, at + 1);
      if (next === chunk.length) {
        yield chunk.subarray(start, at);
        this.#held = [chunk.subarray(at)];
        return;
      }
      chunk[at] = comma;
      // Further line ends up to there are white space.
      at = next;
    }
    yield chunk.subarray(start);
  }

  *rest(): Generator<Buffer> {
    yield* this.#release(false);
  }

  #hold(more: Buffer): void {
    if (more.length > 0) this.#held?.push(more);
  }

  *#release(isBetween: boolean): Generator<Buffer> {
    const held = this.#held ?? [];
    this.#held = null;
    if (isBetween && held[0] !== undefined) held[0][0] = comma;
    yield* held;
  }
}

/** The index of the first byte from `from` on that is no white space of JSON, or the length. */
function afterSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
