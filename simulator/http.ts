// How do a call and its reply look to a handler? Handlers return replies as values; only this file writes to a socket.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';

export interface Call {
  readonly request: IncomingMessage;
  readonly url: URL;
  /** What stood for `*` in the route's path, decoded. */
  readonly id: string;
}

export interface FileReply {
  readonly kind: 'file';
  readonly path: string;
  readonly filename: string;
  readonly sizeBytes: number;
  /** About how long the transfer shall take. */
  readonly durationMs: number;
  /** Cut the connection when half of it is sent. */
  readonly reset: boolean;
}

export type Reply =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    }
  | FileReply
  /** The connection dies without an answer. */
  | { readonly kind: 'drop' }
  /** The connection stays open without an answer. */
  | { readonly kind: 'stall' };

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A path in which `*` stands for one segment, e.g. `/v1/files/*`. */
  readonly path: string;
  readonly handle: (call: Call) => Promise<Reply>;
}

/** One provider's API. The server asks each for its routes. */
export interface Api {
  readonly routes: readonly Route[];
  /** A reply that comes before any handler, or null to go on. */
  readonly guard: (call: Call) => Reply | null;
  readonly unknown: (method: string, path: string) => Reply;
  readonly failure: () => Reply;
  readonly stats: () => { readonly batches: number; readonly files: number };
  /** Waits for work under way, which ends because the signal was aborted. */
  readonly dispose: () => Promise<void>;
}

export interface ApiOptions {
  readonly folder: string;
  readonly faults: Faults;
  readonly durationMs: number;
  readonly maxFileSizeBytes: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: 'json', status, body, headers };
}

/** The segment that stands for `*`, an empty text for a path without one, null where the path does not fit. */
export function matchPath(pattern: string, path: string): string | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  let id = '';
  for (const [at, part] of wanted.entries()) {
    const segment = given[at] as string;
    if (part === '*' && segment !== '') id = segment;
    else if (part !== segment) return null;
  }
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}

/** The whole body as text, or null when it is longer than `limitBytes` or the client went away. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes <= limitBytes) chunks.push(chunk as Buffer);
    }
  } catch {
    return null;
  }
  return sizeBytes <= limitBytes ? Buffer.concat(chunks).toString('utf8') : null;
}

export async function sendReply(
  call: Pick<Call, 'request'>,
  response: ServerResponse,
  reply: Reply,
  signal: AbortSignal,
): Promise<void> {
  if (reply.kind === 'stall') return;
  if (reply.kind === 'drop') {
    call.request.socket.destroy();
    return;
  }
  if (reply.kind === 'file') {
    await sendFile(call, response, reply, signal);
    return;
  }
  const text = `${JSON.stringify(reply.body)}\n`;
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...reply.headers,
  });
  response.end(text);
}

type Range = { readonly start: number; readonly end: number };

/** The bytes asked for (end exclusive); null for the whole file, 'unsatisfiable' beyond it. RFC 9110, one range only. */
function readRange(header: string | undefined, sizeBytes: number): Range | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Math.min(Number(match[2]), sizeBytes);
    return last === 0 ? 'unsatisfiable' : { start: sizeBytes - last, end: sizeBytes };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? sizeBytes : Math.min(Number(match[2]) + 1, sizeBytes);
  if (start >= sizeBytes) return 'unsatisfiable';
  return end > start ? { start, end } : null;
}

async function sendFile(
  call: Pick<Call, 'request'>,
  response: ServerResponse,
  reply: FileReply,
  signal: AbortSignal,
): Promise<void> {
  const range = readRange(call.request.headers.range, reply.sizeBytes);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${reply.sizeBytes}`, 'content-length': 0 });
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: reply.sizeBytes };
  response.writeHead(range === null ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'content-length': end - start,
    'content-disposition': `attachment; filename="${encodeURIComponent(reply.filename)}"`,
    'accept-ranges': 'bytes',
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${reply.sizeBytes}` }),
  });
  const stop = reply.reset ? start + Math.floor((end - start) / 2) : end;
  await sendBytes(response, reply, { start, end: stop }, signal);
  if (reply.reset) call.request.socket.destroy();
  else response.end();
}

/** A slow transfer goes in twenty pieces with a pause after each. Returns when the socket has taken the bytes. */
async function sendBytes(
  response: ServerResponse,
  reply: FileReply,
  range: Range,
  signal: AbortSignal,
): Promise<void> {
  const sizeBytes = range.end - range.start;
  if (sizeBytes <= 0) return;
  const slow = reply.durationMs > 0;
  const highWaterMark = Math.min(256 * 1024, slow ? Math.ceil(sizeBytes / 20) : sizeBytes);
  const options = { start: range.start, end: range.end - 1, highWaterMark, signal };
  for await (const chunk of createReadStream(reply.path, options)) {
    if (!(await written(response, chunk as Buffer))) return;
    const pauseMs = (reply.durationMs * (chunk as Buffer).length) / sizeBytes;
    if (slow) await sleep(pauseMs, undefined, { signal });
  }
}

/** False when the client went away. */
function written(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const closed = (): void => resolve(false);
    response.once('close', closed);
    response.write(bytes, (error) => {
      response.off('close', closed);
      resolve(error === null || error === undefined);
    });
  });
}
