// Is a large body streamed, or does somebody hold it? A server on loopback that looks at this process when all has come.
import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PartBytes } from '#jobs';
import { folder } from './providerFixture.ts';
import { json } from './scriptedServer.ts';

const sizeBytes = 64 << 20;
const mostHeldBytes = 24 << 20;

/**
 * Fails when the bytes are kept while the answer is awaited.
 * @param send sends a part of 64 MB to a server at this address, which answers `answer`.
 */
export async function assertStreamed(
  context: TestContext,
  answer: unknown,
  send: (url: string, bytes: PartBytes) => Promise<void>,
): Promise<void> {
  const path = join(await folder(context), 'requests.jsonl');
  await writeFile(path, '');
  await truncate(path, sizeBytes);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let got = 0;
  let heldBytes = Number.POSITIVE_INFINITY;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    // All is sent and nothing answered: whoever keeps it has it now. What is free is given back a moment later.
    request.on('end', async () => {
      for (let tries = 0; tries < 500 && heldBytes > mostHeldBytes; tries++) {
        collect();
        await sleep(20);
        heldBytes = process.memoryUsage().arrayBuffers;
      }
      json(response, 200, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => new Promise((resolve) => server.close(resolve)));
  await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, { path, offset: 0, sizeBytes });
  assert.ok(got > sizeBytes);
  assert.ok(heldBytes < mostHeldBytes, `${heldBytes} bytes are held at the end`);
}
