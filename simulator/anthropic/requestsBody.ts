// What is in the body of a create call? It is taken apart while it comes, one request at a time: 256 MB of them would be
// gigabytes as objects.
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { isObject, isTooDense, parseObject } from '../json.ts';
import { type ErrorBody, invalid, tooLarge } from './errors.ts';

/** Message Batches (2026-08-22): 100,000 requests and 256 MB. */
const maxRequests = 100_000;
const idPattern = /^[a-zA-Z0-9_-]{1,64}$/;

export type CreateBody =
  | { readonly kind: 'requests'; readonly requests: number }
  | { readonly kind: 'refused'; readonly error: ErrorBody }
  /** The client went away, or was cut off. */
  | { readonly kind: 'aborted' };

export interface CreateBodyOptions {
  /** Where the requests go, one a line. */
  readonly path: string;
  readonly limitBytes: number;
  /** Cut the connection once something has come. */
  readonly cut: boolean;
}

/** Reads to the end, whatever is wrong with it. Only its structure is looked at: parameters are validated later. */
export async function receiveRequests(
  request: IncomingMessage,
  { path, limitBytes, cut }: CreateBodyOptions,
): Promise<CreateBody> {
  const reader = new RequestsReader();
  const file = await open(path, 'w');
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (cut) request.socket.destroy();
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) continue;
      const lines = reader.add(chunk);
      if (lines !== '') await file.writeFile(lines);
    }
  } catch {
    return { kind: 'aborted' };
  } finally {
    await file.close();
  }
  if (cut || !request.complete) return { kind: 'aborted' };
  if (sizeBytes > limitBytes) return { kind: 'refused', error: tooLarge };
  const error = reader.problem();
  return error === null ? { kind: 'requests', requests: reader.count } : { kind: 'refused', error };
}

const [quote, backslash, openBrace, closeBrace] = [0x22, 0x5c, 0x7b, 0x7d];
const [openBracket, closeBracket] = [0x5b, 0x5d];
const mostSkeletonBytes = 16 * 1024 * 1024;

/** Splits `{"requests":[{…},{…}]}`: each request by itself, and the rest with `{}` in the place of each. */
class RequestsReader {
  /** As Latin-1: a slice of a chunk would keep all of the chunk. */
  #skeleton = '';
  readonly #ids = new Set<string>();
  /** The beginning of a request that has not ended, of chunks before; null outside of requests. */
  #element: Buffer[] | null = null;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inRequests = false;
  #problem: ErrorBody | null = null;
  #lines = '';
  count = 0;

  /** @returns the requests that ended in this chunk, as lines. */
  add(chunk: Buffer): string {
    this.#lines = '';
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) this.#readText(byte);
      else if (byte === quote) this.#inString = true;
      else if (byte === openBrace || byte === openBracket) start = this.#open(chunk, start, at);
      else if (byte === closeBrace || byte === closeBracket) start = this.#close(chunk, start, at);
    }
    const rest = chunk.subarray(start);
    if (this.#element === null) this.#keep(rest);
    else this.#element.push(rest);
    return this.#lines;
  }

  #readText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
  }

  /** @returns where what is not yet kept begins. */
  #open(chunk: Buffer, start: number, at: number): number {
    this.#depth += 1;
    const isList = chunk[at] === openBracket;
    if (isList && this.#depth === 2) {
      this.#keep(chunk.subarray(start, at + 1));
      this.#inRequests = /"requests"\s*:\s*\[$/.test(this.#skeleton.slice(-256));
      return at + 1;
    }
    if (isList || this.#depth !== 3 || !this.#inRequests) return start;
    this.#keep(chunk.subarray(start, at));
    this.#element = [];
    return at;
  }

  #close(chunk: Buffer, start: number, at: number): number {
    this.#depth -= 1;
    if (this.#depth < 2) this.#inRequests = false;
    if (this.#depth !== 2 || this.#element === null) return start;
    this.#take(Buffer.concat([...this.#element, chunk.subarray(start, at + 1)]));
    return at + 1;
  }

  problem(): ErrorBody | null {
    const skeleton = parseObject(this.#skeleton);
    if (skeleton === null) return invalid('The request body is not valid JSON');
    const unknown = Object.keys(skeleton).find((name) => name !== 'requests');
    if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`);
    const { requests } = skeleton;
    if (requests === undefined) return invalid('requests: Field required');
    if (!Array.isArray(requests)) return invalid('requests: Input should be a valid list');
    if (requests.length === 0) return invalid('requests: List should have at least 1 item after validation');
    if (requests.length > maxRequests) {
      return invalid(`requests: List should have at most ${maxRequests} items after validation`);
    }
    const odd = (requests as readonly unknown[]).findIndex((one) => !isObject(one));
    return odd === -1 ? this.#problem : invalid(`requests.${odd}: Input should be an object`);
  }

  #keep(bytes: Buffer): void {
    if (this.#skeleton.length <= mostSkeletonBytes) this.#skeleton += bytes.toString('latin1');
  }

  #take(bytes: Buffer): void {
    this.#element = null;
    this.#skeleton += '{}';
    const text = bytes.toString('utf8');
    this.#problem ??= this.#findProblem(text);
    this.count += 1;
    // Outside of strings a line end is white space, and inside there is none.
    if (this.#problem === null) this.#lines += `${text.replaceAll('\n', ' ')}\n`;
  }

  /** Only these fail a whole batch at once (Message Batches, 2026-08-22); the wording is not established. */
  #findProblem(text: string): ErrorBody | null {
    const place = `requests.${this.count}`;
    const line = isTooDense(text) ? null : parseObject(text);
    if (line === null) return invalid('The request body is not valid JSON');
    const { custom_id: id, params, ...others } = line;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) return invalid(`${place}.${unknown}: Extra inputs are not permitted`);
    if (id === undefined) return invalid(`${place}.custom_id: Field required`);
    if (typeof id !== 'string') return invalid(`${place}.custom_id: Input should be a valid string`);
    if (!idPattern.test(id)) {
      return invalid(`${place}.custom_id: String should match pattern '${idPattern.source}'`);
    }
    if (this.#ids.has(id)) return invalid(`${place}.custom_id: Duplicate custom_id "${id}"`);
    this.#ids.add(id);
    if (params === undefined) return invalid(`${place}.params: Field required`);
    return isObject(params) ? null : invalid(`${place}.params: Input should be an object`);
  }
}
