// `check` and `estimate` of a 100 MB file, from the start of the command to its end, against the floor.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get_encoding } from 'tiktoken';
import { formatCount } from '#core';
import { writeBenchFile } from './batchFile.ts';
import { type Floor, parseEachLine } from './floor.ts';
import { interleaved, projectFile, runProcess } from './measure.ts';
import type { Row } from './table.ts';

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

const turns = 3;

export async function measureWholeFile(folder: string): Promise<readonly Row[]> {
  const path = join(folder, 'whole.jsonl');
  const file = { seed: 1, requests: 25_000, systemCharacters: 2000, faultEvery: 5000 };
  const sizeBytes = await writeBenchFile(path, file);
  const cli = projectFile('dist/cli.js');
  const check = () => runProcess(folder, cli, 'check', path, '--format', 'json', '--max-problems', '50000');
  const estimate = () => runProcess(folder, cli, 'estimate', path, '--format', 'json');

  assertSameProblems(parseEachLine(path), JSON.parse(check().stdout) as CheckDocument);
  const { input, inputMethod } = (JSON.parse(estimate().stdout) as EstimateDocument).files[0]?.tokens ?? {};
  assert.equal(inputMethod, 'exact');
  assert.equal(input, referenceTokens(path));

  const floor = () => runProcess(folder, projectFile('test/bench/floor.ts'), path);
  const runs = interleaved(turns, { floor, check, estimate });
  const size = `${(sizeBytes / 1e6).toFixed(0)} MB, ${formatCount(file.requests)} requests`;
  return (['floor', 'check', 'estimate'] as const).map((name) => ({
    what: name === 'floor' ? `read + split + JSON.parse (${size})` : `llm-batch ${name} (${size})`,
    ms: runs[name].elapsedMs,
    against: [{ what: 'floor', ratio: runs[name].elapsedMs / runs.floor.elapsedMs }],
    note: `${runs[name].peakMegabytes.toFixed(0)} MB of memory at most`,
  }));
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

/** Counted with the reference tokenizer and the framing the provider documents for chat: 3 a message, 3 for the reply. */
function referenceTokens(path: string): number {
  const reference = get_encoding('o200k_base');
  const counted = new Map<string, number>();
  const count = (text: string): number => {
    const known = counted.get(text);
    if (known !== undefined) return known;
    const tokens = reference.encode_ordinary(text).length;
    counted.set(text, tokens);
    return tokens;
  };
  let total = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    let request: { readonly body: { readonly messages: readonly { role: string; content: string }[] } };
    try {
      request = JSON.parse(line);
    } catch {
      continue;
    }
    total += 3;
    for (const { role, content } of request.body.messages) total += 3 + count(role) + count(content);
  }
  reference.free();
  return total;
}
