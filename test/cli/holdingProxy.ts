// A connection on which an answer can get lost: everything passes, but the answers to one kind of call are kept back.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HoldingProxy {
  readonly url: string;
  /** Resolves when the provider has answered such a call; the caller never hears of it. */
  readonly held: Promise<void>;
  /** From now on everything passes. */
  release(): void;
  dispose(): void;
}

/** @param call such as `POST /v1/batches`. @param to base URL of the provider. */
export async function startHoldingProxy(call: string, to: string): Promise<HoldingProxy> {
  let holds = true;
  let tell: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method = '', url = '/', headers } = incoming;
    const onward = request(new URL(url, to), { method, headers }, (answer) => {
      if (holds && `${method} ${url}` === call) {
        answer.resume().once('end', tell);
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    held,
    release: () => {
      holds = false;
    },
    dispose: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
