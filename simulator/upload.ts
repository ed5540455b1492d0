// How does a multipart upload get to disk? Streamed, whatever its size; what is wrong with its content is noted on the way.
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';

export interface Uploaded {
  readonly kind: 'uploaded';
  readonly fields: ReadonlyMap<string, string>;
  /** Null when no part named `file` came. */
  readonly file: {
    readonly filename: string;
    readonly sizeBytes: number;
    readonly content: ContentFacts;
  } | null;
}

export interface ContentFacts {
  readonly isUtf8: boolean;
  /** False when the first line has something in it that is no JSON. */
  readonly firstLineIsJson: boolean;
}

export interface UploadOptions {
  /** Where the bytes go; nothing is written beyond `limitBytes`, but all is counted. */
  readonly path: string;
  readonly limitBytes: number;
  /** Cut the connection once bytes of the file have come. */
  readonly cut: boolean;
}

export type UploadOutcome = Uploaded | { readonly kind: 'malformed' } | { readonly kind: 'aborted' };

/** Reads the request to its end. `aborted`: the client or the cut ended it early. */
export async function receiveUpload(
  request: IncomingMessage,
  options: UploadOptions,
): Promise<UploadOutcome> {
  const parser = openParser(request);
  if (parser === null) return { kind: 'malformed' };
  const fields = new Map<string, string>();
  let stream: Readable | null = null;
  let storing: Promise<Uploaded['file']> = Promise.resolve(null);
  parser.on('field', (name, value) => fields.set(name, value));
  parser.on('file', (name, part, filename) => {
    if (name !== 'file' || stream !== null) {
      part.resume();
      return;
    }
    stream = part;
    // A part that is cut off errs before anybody reads from it.
    part.on('error', () => {});
    storing = store(part, filename ?? '', request, options);
    storing.catch(() => {});
  });
  const end = await new Promise<'finished' | 'malformed' | 'aborted'>((resolve) => {
    parser.once('finish', () => resolve('finished'));
    parser.once('error', () => resolve('malformed'));
    request.once('close', () => {
      if (!request.complete) resolve('aborted');
    });
    request.pipe(parser);
  });
  if (end !== 'finished') {
    request.unpipe(parser);
    request.resume();
    (stream as Readable | null)?.destroy(new Error('upload ended early'));
    await storing.catch(() => null);
    return { kind: end };
  }
  try {
    return { kind: 'uploaded', fields, file: await storing };
  } catch {
    return { kind: 'malformed' };
  }
}

function openParser(request: IncomingMessage): InstanceType<typeof Busboy> | null {
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) return null;
  try {
    const limits = { files: 1, fields: 32, fieldSize: 64 * 1024 };
    return new Busboy({ headers: request.headers as BusboyHeaders, limits });
  } catch {
    return null;
  }
}

async function store(
  part: Readable,
  filename: string,
  request: IncomingMessage,
  options: UploadOptions,
): Promise<Uploaded['file']> {
  const inspector = new ContentInspector();
  let sizeBytes = 0;
  const handle = await open(options.path, 'w');
  try {
    for await (const chunk of part) {
      if (options.cut) request.socket.destroy();
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > options.limitBytes) continue;
      inspector.add(chunk as Buffer);
      await handle.write(chunk as Buffer);
    }
  } finally {
    await handle.close();
  }
  return { filename, sizeBytes, content: inspector.facts() };
}

/** How much of a first line is kept to look at; a longer one is let through. */
const firstLineLimitBytes = 16 * 1024 * 1024;

class ContentInspector {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #firstLine: Buffer[] = [];
  #firstLineBytes = 0;
  #inFirstLine = true;
  #isUtf8 = true;

  add(chunk: Buffer): void {
    this.#decode(chunk, true);
    if (!this.#inFirstLine) return;
    const end = chunk.indexOf(10);
    this.#inFirstLine = end === -1;
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    this.#firstLineBytes += part.length;
    if (this.#firstLineBytes <= firstLineLimitBytes) this.#firstLine.push(part);
  }

  facts(): ContentFacts {
    this.#decode(undefined, false);
    return { isUtf8: this.#isUtf8, firstLineIsJson: this.#firstLineIsJson() };
  }

  #decode(chunk: Buffer | undefined, stream: boolean): void {
    if (!this.#isUtf8) return;
    try {
      this.#decoder.decode(chunk, { stream });
    } catch {
      this.#isUtf8 = false;
    }
  }

  /** A BOM passes here, as it does at OpenAI; it is the validation of the batch that stumbles over it. */
  #firstLineIsJson(): boolean {
    if (this.#firstLineBytes > firstLineLimitBytes) return true;
    const text = Buffer.concat(this.#firstLine)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    if (text.trim() === '') return true;
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
}
