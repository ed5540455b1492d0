// A process of its own that submits a large file to a provider over HTTP, and says how much memory that took.
// Arguments: the folder of the file and of the records, the provider, its base URL.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Provider } from '#core';
import { merge } from '#files';
import { accountOf, JobRunner, JobStore, providerFor } from '#jobs';
import { batchModelOf, endpointOf } from './requestLines.ts';

const [folder = '', provider = 'openai', baseUrl = '', requests = '0'] = process.argv.slice(2);
const signal = new AbortController().signal;
const answer = accountOf({ profile: provider, provider: provider as Provider, baseUrl, apiKey: null });
if (answer.kind === 'problem') throw new Error(answer.problem.message);
const { account } = answer;
const runner = new JobRunner({
  store: new JobStore(join(folder, 'home')),
  provider: providerFor,
  accountFor: () => Promise.resolve(answer),
  merge,
  now: Date.now,
  random: Math.random,
  sleep: () => Promise.resolve(),
});
const file = join(folder, 'large.jsonl');
const hash = createHash('sha256');
for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
// What the SDK and the adapter need by themselves.
await (await providerFor(account)).list(1, signal);
const base = peakBytes();
const submitted = await runner.submit(
  {
    ...{ file, account, endpoint: endpointOf(account.provider), model: batchModelOf(account.provider) },
    ...{ name: null, metadata: {}, resultsPath: null },
    estimate: { inputTokens: null, batchUsd: { input: null, outputMax: null } },
    checked: { sha256: hash.digest('hex'), sizeBytes: (await stat(file)).size, requests: Number(requests) },
  },
  { signal },
);
if (submitted.kind !== 'job') throw new Error(submitted.message);
const batches = submitted.job.parts.map(({ remote }) => remote?.batchId ?? null);
console.log(JSON.stringify({ batches, moreBytes: peakBytes() - base }));
process.exit();

/** The most that the process ever had. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
