// Submitting streams: a file of 96 MB takes less memory than it has bytes, at every kind of API.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Simulator, startSimulator } from '#simulator';
import { requestLine } from './requestLines.ts';
import { World } from './world.ts';

const script = fileURLToPath(new URL('./submitMemory.ts', import.meta.url));
const requests = 1500;
const requestBytes = 64_000;
/** Buffers of the line, and what is garbage until it is collected. */
const mostBytes = 80_000_000;

let simulator: Simulator;
before(async () => {
  simulator = await startSimulator({ latencyMs: 3_600_000 });
});
after(() => simulator.dispose());

for (const provider of ['openai', 'anthropic', 'gemini'] as const) {
  test(`${provider}: a file of 96 MB is submitted in less than 80 MB`, async () => {
    const world = await World.make(1);
    const file = await open(join(world.folder, 'large.jsonl'), 'w');
    const content = 'word '.repeat(requestBytes / 5);
    for (let at = 0; at < requests; at++) await file.write(`${requestLine(provider, `id-${at}`, content)}\n`);
    await file.close();
    const baseUrl = provider === 'openai' ? simulator.url : simulator.url.replace(/\/v1$/, '');
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[script, world.folder, provider, baseUrl, `${requests}`],
    ]);
    const { batches, moreBytes } = JSON.parse(stdout) as { batches: string[]; moreBytes: number };
    assert.equal(batches.filter((id) => id !== null).length, 1);
    assert.ok(moreBytes < mostBytes, `${Math.round(moreBytes / 1e6)} MB`);
    await world.remove();
  });
}
