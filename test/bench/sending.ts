// A file on its way to a provider, from the moment when somebody agreed: beside its bytes over the same loopback HTTP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchFile, benchLines, largestFile, writeBenchFile } from './batchFile.ts';
import { interleaved, noiseOf, projectFile, type Run, runProcess } from './measure.ts';
import type { Row } from './row.ts';

const turns = 3;
const whole: BenchFile = { ...largestFile, faultEvery: 0 };
/** A few buffers, and what is garbage until it is collected. */
const mostMegabytesMore = 100;

export async function measureSending(folder: string): Promise<readonly Row[]> {
  const large = join(folder, 'send.jsonl');
  const small = join(folder, 'send-one.jsonl');
  await writeBenchFile(large, whole);
  const one = { ...whole, requests: 1 };
  writeFileSync(small, `${[...benchLines(one)].join('\n')}\n`);
  const sink = spawn(process.execPath, [projectFile('test/bench/sink.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(sink.stdout, 'data');
    const url = `http://127.0.0.1:${String(port).trim()}/v1`;
    return measure(folder, { url, large, small });
  } finally {
    sink.stdin.end();
  }
}

interface Place {
  readonly url: string;
  readonly large: string;
  readonly small: string;
}

function measure(folder: string, { url, large, small }: Place): readonly Row[] {
  const script = projectFile('test/bench/sendFile.ts');
  const bundle = projectFile('dist/jobs.js');
  const send = (how: 'plain' | 'submit', path: string, requests: number): Run => {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const run = runProcess(folder, script, how, path, sha256, String(requests), url, bundle);
    const { sent } = JSON.parse(run.stdout) as { readonly sent: unknown };
    assert.equal(sent, how === 'plain' ? statSync(path).size : 'batch_1');
    if (how === 'submit') assertKept(folder, sha256);
    return run;
  };
  const base = send('submit', small, 1);
  const runs = interleaved(turns, {
    plain: () => send('plain', large, whole.requests),
    submit: () => send('submit', large, whole.requests),
  });
  const { plain, submit } = runs;
  const megabytes = (statSync(large).size / 1e6).toFixed(0);
  return [
    {
      ...{ what: `floor: the bytes of a file over loopback HTTP (${megabytes} MB)`, ms: plain.elapsedMs },
      ...{ against: [], note: 'read, piped and thrown away; a process of its own' },
    },
    {
      ...{ what: 'a job of it, from the yes to the batch', ms: submit.elapsedMs },
      against: [{ what: 'floor', ratio: submit.elapsedMs / plain.elapsedMs }],
      note: 'copied to disk, hashed twice, uploaded, created',
      noise: noiseOf(submit.turnsMs, plain.turnsMs),
    },
    {
      what: 'memory of that, above a job of one request',
      megabytes: submit.peakMegabytes - base.peakMegabytes,
      against: [],
      note: `of ${submit.peakMegabytes.toFixed(0)} MB at most`,
      atMost: mostMegabytesMore,
    },
  ];
}

/** What was sent is what was to be sent: its copy in the job's folder has the same bytes. */
function assertKept(folder: string, sha256: string): void {
  const homes = readdirSync(folder).filter((name) => name.startsWith('home-'));
  assert.equal(homes.length, 1);
  for (const home of homes) {
    const jobs = join(folder, home, 'jobs');
    const id = readdirSync(jobs).find((name) => !name.startsWith('.')) ?? '';
    const copy = readFileSync(join(jobs, id, 'requests.jsonl'));
    assert.equal(createHash('sha256').update(copy).digest('hex'), sha256);
    rmSync(join(folder, home), { recursive: true });
  }
}
