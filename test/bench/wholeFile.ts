// `check` and `estimate` of a 100 MB file, from the start of the command to its end, against the floor.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { get_encoding } from 'tiktoken';
import { formatCount } from '#core';
import { writeBenchFile } from './batchFile.ts';
import { type Floor, parseEachLine } from './floor.ts';
import { interleaved, projectFile, type Run, runProcess, timeMs } from './measure.ts';
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
/** js-tiktoken would take a minute for the whole. */
const sampleEvery = 50;

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
  const row = (what: string, ms: number, note: string): Row => ({
    what: `${what} (${size})`,
    ms,
    against: [{ what: 'floor', ratio: ms / runs.floor.elapsedMs }],
    note,
  });
  const memory = (run: Run): string => `${run.peakMegabytes.toFixed(0)} MB of memory at most`;
  return [
    row('read + split + JSON.parse', runs.floor.elapsedMs, memory(runs.floor)),
    row('llm-batch check', runs.check.elapsedMs, memory(runs.check)),
    row('llm-batch estimate', runs.estimate.elapsedMs, memory(runs.estimate)),
    row(
      'js-tiktoken, texts alone',
      slowTokenizerMs(path),
      `one line in ${sampleEvery} counted, times ${sampleEvery}`,
    ),
  ];
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

/** What js-tiktoken would take for the message texts of the file, had one the patience. */
function slowTokenizerMs(path: string): number {
  const slow = new Tiktoken(o200k);
  const lines = readFileSync(path, 'utf8').split('\n');
  const sample = lines.filter((_, index) => index % sampleEvery === 1);
  const ms = timeMs(() => {
    for (const { content } of sample.flatMap(messagesOf)) slow.encode(content, [], []);
  });
  return ms * sampleEvery;
}

type Message = { readonly role: string; readonly content: string };

/** None of a line that is cut short. */
function messagesOf(line: string): readonly Message[] {
  try {
    return (JSON.parse(line) as { readonly body: { readonly messages: readonly Message[] } }).body.messages;
  } catch {
    return [];
  }
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
  for (const messages of readFileSync(path, 'utf8').split('\n').map(messagesOf)) {
    if (messages.length > 0) total += 3;
    for (const { role, content } of messages) total += 3 + count(role) + count(content);
  }
  reference.free();
  return total;
}
