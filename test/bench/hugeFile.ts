// How much memory does the largest file of all take, 2 GB for Gemini? Measured only when it is asked for by name: it takes minutes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { formatCount } from '#core';
import { type BenchFile, writeBenchFile } from './batchFile.ts';
import { projectFile, runProcess } from './measure.ts';
import type { Row } from './row.ts';

/** 2 GB is what Gemini takes in a file. */
const file: BenchFile = {
  ...{ seed: 4, requests: 470_000, systemCharacters: 2000, faultEvery: 50_000 },
  form: 'gemini',
};

export async function measureHugeFile(folder: string): Promise<readonly Row[]> {
  const path = join(folder, 'huge.jsonl');
  const sizeBytes = await writeBenchFile(path, file);
  const size = `${(sizeBytes / 1e6).toFixed(0)} MB, ${formatCount(file.requests)} requests`;
  return ['check', 'estimate'].map((verb): Row => {
    const run = runProcess(folder, projectFile('dist/cli.js'), verb, path, '--format', 'json');
    const { files } = JSON.parse(run.stdout) as { readonly files: readonly { readonly provider: string }[] };
    assert.equal(files[0]?.provider, 'gemini');
    return {
      what: `memory of ${verb} (${size})`,
      megabytes: run.peakMegabytes,
      against: [],
      note: `at most; ${(run.elapsedMs / 1000).toFixed(0)} s, ${(sizeBytes / 1000 / run.elapsedMs).toFixed(0)} MB/s`,
      atMost: 400,
    };
  });
}
