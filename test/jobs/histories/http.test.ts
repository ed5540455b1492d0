// Random histories over HTTP: the real adapters with their SDKs against the simulator, killed and cut off at random.
import { test } from 'node:test';
import { liveMany } from './manyHistories.ts';

for (const kind of ['openai-http', 'anthropic-http', 'gemini-http'] as const) {
  test(`12 histories of ${kind}`, () => liveMany(kind, 1, 12));
}
