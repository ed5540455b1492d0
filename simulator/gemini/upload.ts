// How does a resumable upload get to disk? A call that opens it, then its bytes at their offsets, until it is finalised.
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { type Call, json, type Reply, readBody } from '../http.ts';
import { isObject, parseObject } from '../json.ts';
import type { GeminiContext } from './context.ts';
import { invalid, notFound } from './errors.ts';
import { fileObject } from './fileObject.ts';

interface Session {
  readonly path: string;
  readonly displayName: string;
  readonly sizeBytes: number;
  receivedBytes: number;
}

/** 2 GB a file (batch guide, 2026-09). */
const largestBytes = 2 * 1024 ** 3;

export class Uploads {
  readonly #context: GeminiContext;
  readonly #sessions = new Map<string, Session>();

  constructor(context: GeminiContext) {
    this.#context = context;
  }

  async handle(call: Call): Promise<Reply> {
    const id = call.url.searchParams.get('upload_id');
    if (id === null) return this.#start(call);
    const session = this.#sessions.get(id);
    if (session === undefined) return notFound();
    const command = String(call.request.headers['x-goog-upload-command'] ?? '');
    const commands = command.split(',').map((word) => word.trim());
    if (commands.includes('query')) return active(session);
    if (commands.includes('cancel')) return this.#end(id, session);
    return this.#receive(call, id, session, commands);
  }

  async #start({ request }: Call): Promise<Reply> {
    const { headers } = request;
    const body = parseObject(await readBody(request, 64 * 1024));
    if (headers['x-goog-upload-protocol'] !== 'resumable' || headers['x-goog-upload-command'] !== 'start') {
      return invalid('Only resumable uploads are supported.');
    }
    const sizeBytes = Number(headers['x-goog-upload-header-content-length']);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0)
      return invalid('The length of the file is missing.');
    if (sizeBytes > largestBytes) return invalid('The file is too large; at most 2 GB are allowed.');
    if (headers['x-goog-upload-header-content-type'] === undefined) {
      return invalid('Unable to determine the MIME type of the file.');
    }
    const file = isObject(body?.file) ? body.file : {};
    const displayName = String(file.displayName ?? file.display_name ?? '');
    const id = randomBytes(24).toString('base64url');
    const path = this.#context.files.newPartPath();
    await (await open(path, 'w')).close();
    this.#sessions.set(id, { path, displayName, sizeBytes, receivedBytes: 0 });
    const place = `http://${headers.host}/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`;
    return json(200, {}, { 'x-goog-upload-url': place, 'x-goog-upload-status': 'active' });
  }

  async #receive(call: Call, id: string, session: Session, commands: readonly string[]): Promise<Reply> {
    const { counter, faults, files, now } = this.#context;
    if (commands.includes('upload')) {
      const offset = Number(call.request.headers['x-goog-upload-offset']);
      if (offset !== session.receivedBytes) {
        return invalid(`The offset is ${offset}, but ${session.receivedBytes} bytes were received.`);
      }
      const cut = counter.strikes('upload-reset', faults['upload-reset']);
      if (!(await received(call, session, cut))) return { kind: 'drop' };
    }
    if (!commands.includes('finalize')) return active(session);
    if (session.receivedBytes !== session.sizeBytes) {
      await this.#end(id, session);
      return invalid(`${session.receivedBytes} bytes were received, not ${session.sizeBytes}.`);
    }
    const record = files.add(session.path, {
      filename: session.displayName,
      purpose: 'upload',
      createdAtMs: now(),
      // Uploads are gone after two days (Files API).
      keepSeconds: 48 * 3600,
    });
    this.#sessions.delete(id);
    return json(200, { file: fileObject(record) }, { 'x-goog-upload-status': 'final' });
  }

  async #end(id: string, { path }: Session): Promise<Reply> {
    this.#sessions.delete(id);
    await rm(path, { force: true });
    return json(200, {}, { 'x-goog-upload-status': 'cancelled' });
  }
}

function active({ receivedBytes }: Session): Reply {
  const headers = { 'x-goog-upload-status': 'active', 'x-goog-upload-size-received': String(receivedBytes) };
  return json(200, {}, headers);
}

/** False when the client, or the cut, ended it early; what came until then is kept. */
async function received({ request }: Call, session: Session, cut: boolean): Promise<boolean> {
  const handle: FileHandle = await open(session.path, 'r+');
  try {
    for await (const chunk of request) {
      const bytes = chunk as Buffer;
      const room = Math.max(0, session.sizeBytes - session.receivedBytes);
      await handle.write(bytes, 0, Math.min(room, bytes.length), session.receivedBytes);
      session.receivedBytes += bytes.length;
      if (cut) {
        request.socket.destroy();
        return false;
      }
    }
    return request.complete;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
