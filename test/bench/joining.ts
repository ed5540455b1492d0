// Results joined to their requests, and a file cut into parts, from the start of the command to its end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { formatCount } from '#core';
import { type BenchFile, type BenchForm, benchLines, writeBenchFile } from './batchFile.ts';
import { interleaved, projectFile, type Run, rowOf, runProcess } from './measure.ts';
import { resultLines, writeResultsFile } from './resultsFile.ts';
import type { Row } from './row.ts';

/** 50,000 requests are what OpenAI takes in a batch, 200 MiB what it takes in a file. */
const file: BenchFile = { seed: 1, requests: 50_000, systemCharacters: 2000, faultEvery: 5000 };
const turns = 3;
/** More than the join of next to nothing takes. */
const mostMegabytesMore = 300;

interface Files {
  readonly requests: string;
  readonly results: string;
  readonly merged: string;
  readonly parts: string;
}

export async function measureJoining(folder: string): Promise<readonly Row[]> {
  const files: Files = {
    requests: join(folder, 'join.jsonl'),
    results: join(folder, 'join.output.jsonl'),
    merged: join(folder, 'join.results.jsonl'),
    parts: join(folder, 'parts'),
  };
  const rows: Row[] = [];
  for (const form of ['anthropic', 'gemini', 'openai'] as const)
    rows.unshift(...(await measureMerge(folder, files, form)));
  // The files of OpenAI were the last, and are still there.
  const works = { floor: floorOn(folder, files.requests), split: splitOn(folder, files) };
  assertCut(files, works.split());
  const { floor, split } = interleaved(turns, works);
  return [
    ...rows,
    floorRow('the same of the requests of OpenAI alone', floor),
    rowOf('llm-batch split', split, floor, 'into 4 parts, with its start'),
    { what: 'memory of split', megabytes: split.peakMegabytes, against: [], note: 'at most', atMost: 400 },
  ];
}

const names = { openai: 'OpenAI', anthropic: 'Anthropic', gemini: 'Gemini' } as const;

async function measureMerge(folder: string, files: Files, form: BenchForm): Promise<readonly Row[]> {
  const requestBytes = await writeBenchFile(files.requests, { ...file, form });
  const resultBytes = await writeResultsFile(files.results, { ...file, form });
  const works = {
    floor: floorOn(folder, files.requests, files.results),
    join: (): Run =>
      runCommand(folder, 'merge', files.requests, files.results, '-o', files.merged, '--format', 'json'),
  };
  await assertJoined(files, works.join());
  const { floor, join } = interleaved(turns, works);
  const more = join.peakMegabytes - baseMegabytes(folder, form);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const sizes = `${formatCount(file.requests)} rows, ${megabytes(requestBytes)} with ${megabytes(resultBytes)}`;
  const note = 'results shuffled; with its start and what it writes';
  return [
    floorRow(`read + split + JSON.parse of both files of ${names[form]} (${sizes})`, floor),
    rowOf(`llm-batch merge, ${names[form]}`, join, floor, note, 2.5),
    {
      what: `memory of merge, ${names[form]}, above that of a merge of nothing`,
      megabytes: more,
      against: [],
      note: `of ${join.peakMegabytes.toFixed(0)} MB at most`,
      atMost: mostMegabytesMore,
    },
  ];
}

const floorOn =
  (folder: string, ...paths: readonly string[]) =>
  (): Run =>
    runProcess(folder, projectFile('test/bench/floor.ts'), ...paths);

const splitOn =
  (folder: string, { requests, parts }: Files) =>
  (): Run => {
    rmSync(parts, { recursive: true, force: true });
    return runCommand(folder, 'split', requests, '-o', parts, '--max-bytes', '60MB', '--format', 'json');
  };

function runCommand(folder: string, ...args: readonly string[]): Run {
  return runProcess(folder, projectFile('dist/cli.js'), ...args);
}

function floorRow(what: string, { elapsedMs: ms }: Run): Row {
  return {
    what: `floor: ${what}, one thread`,
    ms,
    against: [],
    note: 'a process of its own, as all of these',
  };
}

/** Of the same command with one request and one result. */
function baseMegabytes(folder: string, form: BenchForm): number {
  const small = join(folder, 'small');
  mkdirSync(small, { recursive: true });
  const one = { ...file, form, requests: 1, faultEvery: 0 };
  const [requests, results] = [join(small, 'x.jsonl'), join(small, 'x.output.jsonl')];
  writeFileSync(requests, `${[...benchLines(one)].join('\n')}\n`);
  writeFileSync(results, `${[...resultLines(one)].join('\n')}\n`);
  return runCommand(folder, 'merge', requests, results, '--format', 'json').peakMegabytes;
}

interface Merged {
  readonly line: number;
  readonly custom_id: string | null;
  readonly status: string;
  readonly usage: { readonly output_tokens: number } | null;
}

/** By the least that can be done for it: each line of the requests beside each line of what was merged. */
async function assertJoined({ requests, merged }: Files, { stdout }: Run): Promise<void> {
  const report = JSON.parse(stdout) as { readonly requests: number; readonly rows: Record<string, number> };
  const rows = createInterface({ input: createReadStream(merged) })[Symbol.asyncIterator]();
  const ids = idsOf(requests);
  const seen = new Map<string | null, number>();
  for (const id of ids) seen.set(id, (seen.get(id) ?? 0) + 1);
  let succeeded = 0;
  let line = 0;
  for await (const request of createInterface({ input: createReadStream(requests) })) {
    const text = (await rows.next()).value as string;
    const row = JSON.parse(text) as Merged;
    const id = ids[line++] ?? null;
    const isAnswered = id !== null && seen.get(id) === 1;
    assert.deepEqual([row.line, row.custom_id], [line, id]);
    assert.equal(row.status, isAnswered ? 'succeeded' : 'missing');
    if (id !== null) assert.ok(text.includes(`,"request":${request},"response":`));
    if (!isAnswered) continue;
    succeeded++;
    const name = `"q${Number(id.slice('request-'.length)) - 1}"`;
    assert.ok(text.indexOf(name) > text.indexOf(',"response":'));
    assert.equal(row.usage?.output_tokens, 500);
  }
  assert.equal((await rows.next()).done, true);
  assert.deepEqual([report.requests, report.rows.succeeded], [file.requests, succeeded]);
  assert.ok(succeeded < file.requests, 'Some requests have no answer.');
}

/** Null for a line that is cut short. */
function idsOf(path: string): readonly (string | null)[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) =>
    line.endsWith('}') ? (/"(?:custom_id|key)":"([^"]*)"/.exec(line)?.[1] ?? null) : null,
  );
}

function assertCut({ requests }: Files, { stdout }: Run): void {
  const { parts } = JSON.parse(stdout) as { readonly parts: readonly { readonly path: string }[] };
  const hash = createHash('sha256');
  for (const { path } of parts) hash.update(readFileSync(path));
  assert.equal(hash.digest('hex'), createHash('sha256').update(readFileSync(requests)).digest('hex'));
  assert.equal(parts.length, Math.ceil(statSync(requests).size / 60e6));
}
