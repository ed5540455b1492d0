// What `npm run bench` measures, with a small file: equal answers on every road, and counts of the work done instead of times.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  configurationOf,
  createTokenCounter,
  dialectOf,
  estimateRequest,
  sampleLines,
  type TokenCounter,
} from '#core';
import { type CheckFileOptions, checkFile, countersFor, estimateFile, WorkerPool } from '#files';
import { WordCache } from '../../core/tokens/wordCache.ts';
import { fileChecking, today } from '../checking.ts';
import { benchLines, writeBenchFile } from './batchFile.ts';
import { parseEachLine } from './floor.ts';
import { referenceTokens } from './referenceTokens.ts';
import { WorkCount } from './workCount.ts';

/** 5 MB: large enough to be shared out. */
const file = { seed: 1, requests: 1200, systemCharacters: 2000, faultEvery: 400 };
const folder = mkdtempSync(join(tmpdir(), 'llm-batch-small-bench-'));
const path = join(folder, 'small.jsonl');
const sizeBytes = await writeBenchFile(path, file);
const work = WorkCount.start();
const script = new URL('./countingWorker.ts', import.meta.url);
const pools = { one: new WorkerPool({ size: 1, script }), two: new WorkerPool({ size: 2, script }) };
interface ChatLine {
  readonly body: { readonly messages: readonly { readonly content: string }[] };
}

/** Who does the work: this thread alone, with a worker beside it, or two workers while it does other things. */
const roads: Readonly<Record<string, Pick<CheckFileOptions, 'pool' | 'workersOnly'>>> = {
  'in one lane': {},
  'in two lanes': { pool: pools.one },
  'in two workers': { pool: pools.two, workersOnly: true },
};

after(async () => {
  await Promise.all([pools.one.dispose(), pools.two.dispose()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('the file', () => {
  const lines = [...benchLines({ ...file, systemCharacters: 0, faultEvery: 0 })];
  const texts = lines.map((line) => (JSON.parse(line) as ChatLine).body.messages[1]?.content ?? '');

  test('is the same for the same seed, on any machine', () => {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    assert.equal(sha256, '2b56d1e561afa6c833cf83f730b50d00aed7e5533c5bda0e49bfa31da9ccf548');
    assert.ok(sizeBytes > 4_500_000);
  });

  test('has user texts that are all different, of 500 to 3,000 characters', () => {
    assert.equal(new Set(texts).size, file.requests);
    for (const { length } of texts) assert.ok(length > 450 && length <= 3000, String(length));
  });

  test('is 85 % English, the rest in six other languages', () => {
    const shares = new Map<string, number>();
    for (const text of texts) shares.set(languageOf(text), (shares.get(languageOf(text)) ?? 0) + 1);
    assert.deepEqual([...shares.keys()].sort(), [
      'Arabic',
      'English',
      'French',
      'German',
      'Hindi',
      'Japanese',
      'Russian',
    ]);
    const english = (shares.get('English') ?? 0) / texts.length;
    assert.ok(english > 0.82 && english < 0.88, String(english));
  });
});

describe('the answers', async () => {
  const full = { ...fileChecking, maxProblems: 1000 };
  const expected = parseEachLine(path);
  const alone = await checkFile(path, { ...full, estimate: 'summary', sha256: true });
  test('are those of the simplest reader and of the reference tokenizer', () => {
    const count = (code: string) => alone.report.problems.filter((problem) => problem.code === code).length;
    const found = {
      requests: alone.report.requests,
      broken: count('json.invalid'),
      sharingAnId: count('id.duplicate'),
    };
    assert.deepEqual(found, expected);
    assert.ok(expected.broken > 0 && expected.sharingAnId > 0);
    assert.equal(alone.estimate.summary.inputTokens, referenceTokens(path));
    assert.equal(alone.estimate.summary.inputMethod, 'exact');
  });

  for (const [name, road] of Object.entries(roads)) {
    test(`are the same ${name}, together or one by one, and each line is parsed once for them`, async () => {
      work.takeParsed();
      assert.deepEqual(await checkFile(path, { ...full, ...road, estimate: 'summary', sha256: true }), alone);
      assertParsedOnce(road);
      const checked = await checkFile(path, { ...full, ...road });
      assertParsedOnce(road);
      assert.deepEqual(checked, { ...alone, estimate: null, sha256: null });
      const estimated = await estimateFile(path, { ...fileChecking, ...road });
      assertParsedOnce(road);
      assert.deepEqual(estimated, alone.estimate);
    });
  }
});

describe('the work', () => {
  const lines = [...benchLines({ ...file, faultEvery: 0, requests: 300 })];
  const texts = lines.flatMap((line) =>
    (JSON.parse(line) as ChatLine).body.messages.map(({ content }) => content),
  );

  test('a text that requests share is counted once', async () => {
    const counter = (await countersFor(['o200k_base']))('o200k_base');
    const counted: string[] = [];
    const listener: TokenCounter = {
      count(text, onInexact) {
        counted.push(text);
        return counter.count(text, onInexact);
      },
    };
    const options = { dialect: dialectOf('openai'), config: configurationOf(), today };
    for (const line of lines) estimateRequest(JSON.parse(line) as object, () => listener, options);
    const long = counted.filter((text) => text.length > 100);
    assert.equal(long.length, 1 + lines.length);
  });

  test('a word is counted once, but for the few that take the place of each other', (t) => {
    const counter = createTokenCounter(o200k);
    const add = t.mock.method(WordCache.prototype, 'add');
    for (const text of texts) counter.count(text);
    const words = texts.flatMap((text) => text.match(new RegExp(o200k.pat_str, 'gu')) ?? []);
    const different = new Set(words).size;
    assert.ok(words.length > 10 * different);
    const counted = add.mock.callCount();
    assert.ok(counted > different / 2 && counted < 1.2 * different, `${counted} of ${different}`);
    for (const text of texts) counter.count(text);
    assert.ok(add.mock.callCount() - counted < 0.2 * different);
  });
});

/** The first lines are read before, to tell whose file it is; who has others to answer reads no more than those. */
function assertParsedOnce({ workersOnly }: Pick<CheckFileOptions, 'workersOnly'>): void {
  const { here, inWorkers } = work.takeParsed();
  assert.equal(here + inWorkers, file.requests + sampleLines);
  if (workersOnly) assert.equal(here, sampleLines);
}

/** By letters and words that only one of the seven has. */
function languageOf(text: string): string {
  if (/\p{Script=Cyrillic}/u.test(text)) return 'Russian';
  if (/\p{Script=Arabic}/u.test(text)) return 'Arabic';
  if (/\p{Script=Devanagari}/u.test(text)) return 'Hindi';
  if (/\p{Script=Hiragana}/u.test(text)) return 'Japanese';
  if (/\b(der|und|nicht)\b/.test(text)) return 'German';
  if (/\b(les|une|pour)\b/.test(text)) return 'French';
  return 'English';
}
