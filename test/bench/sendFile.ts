// Sends a file to a provider over HTTP, in a process of its own. Arguments: how, the file, its SHA-256, how many requests it
// has, where to, the bundle of jobs. `submit`: as a job, from the moment when somebody agreed. `plain`: the bytes alone, with the least that can be
// done for it.
import { createReadStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [how, file = '', sha256 = '', requests = '0', baseUrl = '', bundle = ''] = process.argv.slice(2);
const sizeBytes = statSync(file).size;
console.log(JSON.stringify({ sent: how === 'plain' ? await sendPlain() : await submit() }));
process.exit();

function sendPlain(): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': sizeBytes };
    const call = request(`${baseUrl}/files`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve((JSON.parse(text) as { readonly bytes: number }).bytes));
    });
    call.on('error', reject);
    createReadStream(file).pipe(call);
  });
}

async function submit(): Promise<string | null> {
  const { accountOf, JobRunner, JobStore, providerFor }: typeof import('#jobs') = await import(
    pathToFileURL(bundle).href
  );
  const answer = accountOf({ profile: 'openai', provider: 'openai', baseUrl, apiKey: null });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const { account } = answer;
  const runner = new JobRunner({
    store: new JobStore(join(dirname(file), `home-${process.pid}`)),
    provider: providerFor,
    accountFor: () => Promise.resolve(answer),
    merge: () => Promise.reject(new Error('Nothing comes back.')),
    now: Date.now,
    random: Math.random,
    sleep: () => Promise.resolve(),
  });
  const sent = await runner.submit(
    {
      ...{ file, account, endpoint: '/v1/chat/completions', model: 'gpt-5.4-mini' },
      ...{ name: null, metadata: {}, resultsPath: null },
      estimate: { inputTokens: null, batchUsd: { input: null, outputMax: null } },
      checked: { sha256, sizeBytes, requests: Number(requests) },
    },
    { signal: new AbortController().signal },
  );
  if (sent.kind !== 'job') throw new Error(sent.message);
  return sent.job.parts[0]?.remote?.batchId ?? null;
}
