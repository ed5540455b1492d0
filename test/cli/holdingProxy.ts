// A connection that can be stopped at a known point of a known call, so that a process can be killed just there.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Where a call is held. */
export type Where =
  /** It was sent; the provider has seen nothing of it. */
  | 'before'
  /** The provider has got half of what is sent. */
  | 'midway'
  /** The provider has acted and answered; the caller hears nothing. */
  | 'after'
  /** The caller has half of the answer. */
  | 'half';

export interface CallMoment {
  /** Such as `GET /v1/batches/*`; a star stands for an id; `*` alone for any call. */
  readonly call: string;
  readonly where: Where;
  /** Which of such calls, from 1; default the first. */
  readonly nth?: number;
}

export interface HoldingProxy {
  readonly url: string;
  /** Holds one call from now on; resolves when it is held. */
  hold(moment: CallMoment): Promise<void>;
  /** Hands over to the provider what is held before it, just before the next call of this name; its sender may be gone. */
  deliverAt(call: string): void;
  /** From now on everything passes; a call that is held breaks off. */
  release(): void;
  dispose(): void;
}

interface Holding extends CallMoment {
  count: number;
  tell(): void;
}

/** @param to base URL of the provider. */
export async function startHoldingProxy(to: string): Promise<HoldingProxy> {
  let holding: Holding | null = null;
  let late: (() => Promise<void>) | null = null;
  let lateCall: string | null = null;
  let kept: ServerResponse | null = null;
  const server = createServer((incoming, outgoing) => {
    const held = holding !== null && isMeant(holding, incoming) ? holding : null;
    if (held !== null) {
      holding = null;
      kept = outgoing;
    }
    if (held?.where === 'before') {
      void buffer(incoming).then((body) => {
        late = () => sendAgain(incoming, body, to);
        held.tell();
      }, ignore);
      return;
    }
    const pass = (): void => forward(incoming, outgoing, to, held);
    if (late === null || lateCall === null || !isCall(lateCall, incoming)) return pass();
    const deliver = late;
    late = null;
    void deliver().then(pass);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    hold: (moment) =>
      new Promise((resolve) => {
        holding = { ...moment, count: 0, tell: resolve };
      }),
    deliverAt: (call) => {
      lateCall = call;
    },
    release: () => {
      holding = null;
      kept?.destroy();
      kept = null;
    },
    dispose: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isCall(name: string, { method = '', url = '/' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?');
  return new RegExp(`^${name.replaceAll('*', name === '*' ? '.*' : '[^/]+')}$`).test(`${method} ${path}`);
}

/** Counts the calls that fit. */
function isMeant(holding: Holding, incoming: IncomingMessage): boolean {
  if (!isCall(holding.call, incoming)) return false;
  holding.count += 1;
  return holding.count >= (holding.nth ?? 1);
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  to: string,
  held: Holding | null,
): void {
  const { method = '', url = '/', headers } = incoming;
  const onward = request(new URL(url, to), { method, headers }, (answer) => {
    if (held?.where === 'after') {
      answer.resume().once('end', held.tell);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    if (held?.where === 'half') passHalf(answer, outgoing, held.tell);
    else answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  // Whoever sent it is gone: what is missing never comes.
  incoming.on('error', () => onward.destroy());
  if (held?.where === 'midway') passHalf(incoming, onward, held.tell);
  else incoming.pipe(onward);
}

/** By the length that is announced; what comes after it is swallowed. */
function passHalf(from: IncomingMessage, to: NodeJS.WritableStream, tell: () => void): void {
  let left = Math.floor(Number(from.headers['content-length'] ?? 0) / 2);
  if (left === 0) {
    tell();
    return;
  }
  from.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    to.write(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) tell();
  });
}

function sendAgain({ method, url = '/', headers }: IncomingMessage, body: Buffer, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onward = request(new URL(url, to), { method, headers }, (answer) => {
      answer.resume().once('end', resolve);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

function ignore(): void {}
