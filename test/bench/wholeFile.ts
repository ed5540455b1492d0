// The largest file that a provider takes, from the start of the command to its end: check, estimate, and both in one pass.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configurationOf, formatCount } from '#core';
import { fileChecking } from '../checking.ts';
import { largestFile, writeBenchFile } from './batchFile.ts';
import type { CheckAndEstimate } from './checkAndEstimate.ts';
import { type Floor, parseEachLine } from './floor.ts';
import { interleaved, projectFile, type Run, rowOf, runProcess } from './measure.ts';
import { referenceTokens } from './referenceTokens.ts';
import type { Row } from './row.ts';

interface CheckDocument {
  readonly files: readonly {
    readonly requests: number;
    readonly problems: readonly { readonly code: string }[];
  }[];
}

interface EstimateDocument {
  readonly files: readonly {
    readonly tokens: { readonly input: number | null; readonly inputMethod: string };
  }[];
}

/** The most memory that a command may take, whatever the size of the file. */
const mostMegabytes = 400;
const turns = 5;

type Work = 'floor' | 'check' | 'estimate' | 'both';

export async function measureWholeFile(folder: string): Promise<readonly Row[]> {
  const path = join(folder, 'whole.jsonl');
  const sizeBytes = await writeBenchFile(path, largestFile);
  const works = worksOn(folder, path);
  assertSameAnswers(path, works);
  const runs = interleaved(turns, works);
  const size = `${(sizeBytes / 1e6).toFixed(0)} MB, ${formatCount(largestFile.requests)} requests`;
  return [
    {
      what: `floor: read + split + JSON.parse, one thread (${size})`,
      ms: runs.floor.elapsedMs,
      against: [],
      note: 'a process of its own, as all of these',
    },
    rowOf('llm-batch check', runs.check, runs.floor, 'with its start', 2),
    rowOf('llm-batch estimate', runs.estimate, runs.floor, 'exact tokens, with its start', 2),
    rowOf('check and estimate in one pass', runs.both, runs.floor, 'and a SHA-256, as before a submit'),
    memoryRow('memory of check', runs.check, runs.floor),
    memoryRow('memory of estimate', runs.estimate, runs.floor),
    memoryRow('memory of both', runs.both, runs.floor),
  ];
}

function worksOn(folder: string, path: string): Readonly<Record<Work, () => Run>> {
  const cli = projectFile('dist/cli.js');
  const files = pathToFileURL(projectFile('dist/files.js')).href;
  const options = JSON.stringify({ ...fileChecking, config: configurationOf(), maxProblems: 1000 });
  return {
    floor: () => runProcess(folder, projectFile('test/bench/floor.ts'), path),
    check: () => runProcess(folder, cli, 'check', path, '--format', 'json'),
    estimate: () => runProcess(folder, cli, 'estimate', path, '--format', 'json'),
    both: () => runProcess(folder, projectFile('test/bench/checkAndEstimate.ts'), files, path, options),
  };
}

function memoryRow(what: string, run: Run, floor: Run): Row {
  const { peakMegabytes: megabytes } = run;
  const ratio = megabytes / floor.peakMegabytes;
  return { what, megabytes, against: [{ what: "floor's", ratio }], note: 'at most', atMost: mostMegabytes };
}

/** What is compared must be the same work: the same problems, the same tokens, on the same bytes. */
function assertSameAnswers(path: string, works: Readonly<Record<Work, () => Run>>): void {
  const checked = JSON.parse(works.check().stdout) as CheckDocument;
  assertSameProblems(parseEachLine(path), checked);
  const estimated = JSON.parse(works.estimate().stdout) as EstimateDocument;
  const { input, inputMethod } = estimated.files[0]?.tokens ?? {};
  assert.equal(inputMethod, 'exact');
  assert.equal(input, referenceTokens(path));
  assert.deepEqual(JSON.parse(works.both().stdout), {
    requests: checked.files[0]?.requests ?? 0,
    problems: checked.files[0]?.problems.length ?? 0,
    inputTokens: input ?? null,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  } satisfies CheckAndEstimate);
}

function assertSameProblems(expected: Floor, { files }: CheckDocument): void {
  const [found] = files;
  const count = (code: string) => found?.problems.filter((problem) => problem.code === code).length;
  assert.ok(expected.broken > 0 && expected.sharingAnId > 0, 'The file has faults to find.');
  assert.deepEqual(
    { requests: found?.requests, broken: count('json.invalid'), sharingAnId: count('id.duplicate') },
    expected,
  );
}
