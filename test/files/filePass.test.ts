// One pass over a file in many threads: the same answers however it is cut and whoever reads which part, and nothing read twice.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type Configuration, configurationOf, type Problem, providers, summarizeEstimates } from '#core';
import { checkFile, estimateFile, estimateLines, type FirstCheck, WorkerPool } from '#files';
import { InputFile } from '../../files/inputFile.ts';
import { scanFile } from '../../files/pass/check.ts';
import { FilePass, type PassCut } from '../../files/pass/filePass.ts';
import { KnownFindings } from '../../files/pass/packedColumns.ts';
import { packPart, unpackPart } from '../../files/pass/packedPart.ts';
import { type PartSettings, readPart } from '../../files/pass/readPart.ts';
import { fileChecking, today } from '../checking.ts';
import { folderFor, requestLine } from './batchFixture.ts';

const pool = new WorkerPool({ size: 2 });
after(() => pool.dispose());

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const shared = 'You are a careful reviewer. '.repeat(300);

function chat(id: string, model: string, content: string, more: object = {}): string {
  const messages = [
    { role: 'system', content: content.length > 30 ? shared : 'Be brief.' },
    { role: 'user', content },
  ];
  return JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model, messages, ...more },
  });
}

const embedding = JSON.stringify({
  custom_id: 'e',
  method: 'POST',
  url: '/v1/embeddings',
  body: { model: 'text-embedding-3-small', input: ['one', 'two', 'three'] },
});
const claude = JSON.stringify({
  custom_id: 'c1',
  params: { model: 'claude-haiku-4-5', max_tokens: 9, messages: [{ role: 'user', content: 'Hello there' }] },
});
const gemini = JSON.stringify({ key: 'g1', request: { contents: [{ parts: [{ text: 'Hello there' }] }] } });
const result = JSON.stringify({ custom_id: 'a', response: { status_code: 500, body: {} }, error: null });

const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('a', 'b', '\u00e9', '\ud83d\ude00', ''),
      fc.constantFrom('gpt-4o', 'gpt-6-luna', 'gpt-none'),
      fc.string({ unit: 'binary', maxLength: 60 }),
    )
    .map(([id, model, text]) => chat(id, model, text)),
  fc
    .integer({ min: 0, max: 60 })
    .map((id) => chat(`r-${id}`, 'gpt-4o', 'word '.repeat(id), { max_completion_tokens: id })),
  fc.constantFrom(embedding, claude, gemini, result, requestLine('z'), `\ufeff${requestLine('marked')}`),
  fc.constantFrom(
    '',
    '  ',
    '\r',
    '[',
    '{',
    '{}',
    'null',
    '{"custom_id":',
    '\ufeff',
    'x'.repeat(700),
    '"\\ud800"',
    '{"a":1,"a":2}',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

const ends = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n');
const content = fc
  .tuple(
    fc.constantFrom('', '', '', '\ufeff'),
    fc.array(fc.tuple(line, ends), { maxLength: 40 }),
    fc.constantFrom<Buffer>(
      Buffer.alloc(0),
      Buffer.from('{"last": "line"}'),
      Buffer.from([0x7b, 0xe9, 0xff, 0x22]),
    ),
  )
  .map(([mark, lines, last]) =>
    Buffer.concat([Buffer.from(mark + lines.map((pair) => pair.join('')).join('')), last]),
  );

/** UTF-16 has no lines that anybody could hand out. */
const anyContent = fc.oneof(
  { weight: 9, arbitrary: content },
  { weight: 1, arbitrary: content.map((bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le')) },
);

const configs: readonly Configuration[] = [
  configurationOf(),
  configurationOf({
    provider: 'gemini',
    model: 'gemini-3.8-flash',
    prices: { 'gpt-4o': { contextTokens: 60 }, 'gpt-6-*': { input: 3, output: 7, origin: 'project' } },
    queueTokens: { 'gpt-4o': 200, 'gpt-6-luna': 90 },
    calibration: { 'gpt-6-*': { ratio: 1.25, errorPercent: 7, outputTokens: 40, origin: 'project' } },
  }),
];

const cuts = fc.record({
  partBytes: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 64, max: 3000 })),
  longestLineBytes: fc.constantFrom(500, 1 << 20),
});

function inSharedMemory(bytes: Buffer): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

interface Reading {
  readonly pool?: WorkerPool;
  readonly workersOnly?: boolean;
  readonly cut?: PassCut;
}

/** All that can be asked of a file. */
async function answers(path: string, config: Configuration, reading: Reading): Promise<unknown> {
  const options = { ...reading, today, config, provider: 'auto', maxProblems: 1000 } as const;
  const checked = await checkFile(path, options);
  const both = await checkFile(path, { ...options, estimate: 'lines', sha256: true });
  const summary = await checkFile(path, { ...options, estimate: 'summary' });
  const estimate = await estimateFile(path, { ...options, perLine: true });
  const other = await estimateFile(path, { ...options, asModel: 'gpt-4o' });
  assert.deepEqual({ ...both, estimate: null, sha256: null }, checked, 'with an estimate and without');
  assert.deepEqual(summary.estimate, { ...both.estimate, lines: null });
  assert.deepEqual(estimate, both.estimate, 'with a check and without');
  return { both, other };
}

test('a file is answered for alike in one thread and in several, and however it is cut', async (t) => {
  const path = join(folderFor(t).path, 'x.jsonl');
  await fc.assert(
    fc.asyncProperty(anyContent, fc.constantFrom(...configs), cuts, async (bytes, config, cut) => {
      writeFileSync(path, bytes);
      const { longestLineBytes } = cut;
      const alone = await answers(path, config, { cut: { longestLineBytes } });
      assert.deepEqual(await answers(path, config, { cut }), alone, 'in small parts');
      const lanes = { pool, cut: { ...cut, smallBytes: 0 } };
      assert.deepEqual(await answers(path, config, lanes), alone, 'with others');
      assert.deepEqual(
        await answers(path, config, { ...lanes, workersOnly: true }),
        alone,
        'by others alone',
      );
    }),
    { numRuns: 30 },
  );
});

test('every problem that there is comes from another thread as it is', async () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.jsonl'))) {
    const preferred = providers.findLast((provider) => name.startsWith(`${provider}-`)) ?? 'auto';
    const options = { ...fileChecking, config: configurationOf({ provider: preferred }), maxProblems: 1000 };
    const alone = await checkFile(fixtures + name, options);
    const cut = { partBytes: 300, smallBytes: 0 };
    assert.deepEqual(
      await checkFile(fixtures + name, { ...options, pool, workersOnly: true, cut }),
      alone,
      name,
    );
  }
});

test('what one thread finds out about a part is what another unpacks', async () => {
  await fc.assert(
    fc.asyncProperty(content, fc.constantFrom(...configs), fc.boolean(), async (bytes, config, isChecked) => {
      const settings: PartSettings = {
        check: isChecked ? 'all' : 'none',
        ...{ content: 'requests', provider: 'openai', config, today, boundTokens: true, hasPlaces: true },
        estimate: { provider: 'openai' },
      };
      const answer = await readPart({ bytes: inSharedMemory(bytes), offset: 0 }, settings);
      const unpacked = unpackPart(structuredClone(packPart(answer)), new KnownFindings());
      const { starts, sizes } = answer;
      const places = { starts: Uint32Array.from(starts), sizes: Uint32Array.from(sizes) };
      assert.deepEqual(unpacked, { ...answer, ...places });
    }),
    { numRuns: 50 },
  );
});

test('a line with a mark before it, which is not checked, passes no limit', async (t) => {
  const path = folderFor(t).lines('x.jsonl', [requestLine('a'), `\ufeff${requestLine('b')}`]);
  const config = configurationOf({ queueTokens: { 'gpt-6-luna': 12 } });
  const options = { ...fileChecking, config, maxProblems: 9 };
  const { report } = await checkFile(path, { ...options, estimate: 'summary' });
  assert.deepEqual(report, (await checkFile(path, options)).report);
  assert.ok(!report.problems.some(({ code }) => code === 'tokens.queue'));
});

test('the lines are those of the file, their estimates those of the lines, the hash that of the bytes', async (t) => {
  const path = join(folderFor(t).path, 'x.jsonl');
  await fc.assert(
    fc.asyncProperty(
      content,
      fc.constantFrom(...configs),
      fc.integer({ min: 1, max: 900 }),
      async (bytes, config, partBytes) => {
        writeFileSync(path, bytes);
        const options = { ...fileChecking, config, maxProblems: 10, cut: { partBytes } };
        const { estimate, sha256 } = await checkFile(path, { ...options, estimate: 'lines', sha256: true });
        assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
        const texts = bytes.toString('utf8').split('\n');
        const provider = estimate.dialect?.provider ?? 'openai';
        const expected = await estimateLines({ texts, provider, today, config });
        const lines = expected.flatMap((one, index) =>
          one === null ? [] : [{ line: index, estimate: one }],
        );
        assert.deepEqual(estimate.lines, lines);
        assert.deepEqual(estimate.summary, summarizeEstimates(lines.map((one) => one.estimate)));
        const blank = texts.filter((text) => text.trim() === '').length;
        assert.equal(estimate.unreadableLines, texts.length - blank - lines.length);
      },
    ),
    { numRuns: 100 },
  );
});

test('whoever changes lines is told where they begin and what they say', async (t) => {
  const path = join(folderFor(t).path, 'x.jsonl');
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      writeFileSync(path, bytes);
      const input = InputFile.open(path);
      try {
        const scan = await scanFile(input, { ...fileChecking, provider: 'openai' });
        const texts = bytes
          .toString('utf8')
          .replace(/^\ufeff/, '')
          .split('\n');
        const isEnded = bytes.length === 0 || bytes.at(-1) === 0x0a;
        const lines = isEnded ? texts.slice(0, -1) : texts;
        assert.equal(scan.lineCount, lines.length);
        let offset = 0;
        for (const [index] of lines.entries()) {
          assert.equal(scan.offsetOf(index), offset);
          offset = bytes.indexOf(0x0a, offset) + 1;
        }
        assert.equal(scan.offsetOf(lines.length), bytes.length);
        // A carriage return is no part of a line that an LF ends.
        const said = lines.map((text, index) => (index + 1 < texts.length ? text.replace(/\r$/, '') : text));
        assert.deepEqual(
          lines.map((_, index) => scan.textOf(index)),
          said,
        );
      } finally {
        input.dispose();
      }
    }),
    { numRuns: 100 },
  );
});

/** Six parts of two lines, in which the last has an id of the first. */
const twelve = Array.from({ length: 12 }, (_, index) => requestLine(`r-${index % 11}`));
const twoLines = { partBytes: Buffer.byteLength(`${twelve[0]}\n${twelve[1]}\n`) + 4, smallBytes: 0 };

describe('the first lines', () => {
  for (const lanes of [{}, { pool }, { pool, workersOnly: true }]) {
    test(`are reported once, before the others are read: ${Object.keys(lanes).join(' ')}`, async (t) => {
      const path = folderFor(t).lines('x.jsonl', ['{"custom_id":1}', ...twelve]);
      const told: FirstCheck[] = [];
      const onFirst = (first: FirstCheck): void => {
        told.push(first);
      };
      const cut = { ...twoLines, partBytes: 40 };
      const { report } = await checkFile(path, { ...fileChecking, ...lanes, cut, maxProblems: 100, onFirst });
      assert.equal(told.length, 1);
      const [first] = told;
      assert.equal(first?.provider, 'openai');
      assert.deepEqual([first?.report.requests, first?.readBytes], [1, 16]);
      // What the fixes of a line are may depend on others.
      const codesOf = (problems: readonly Problem[]): string[] =>
        problems.filter(({ line }) => line === 0).map(({ code, message }) => `${code} ${message}`);
      assert.deepEqual(codesOf(first?.report.problems ?? []), codesOf(report.problems));
      assert.equal(first?.report.problems.length, codesOf(report.problems).length);
      assert.ok(report.problems.some(({ code }) => code === 'id.duplicate'));
    });
  }

  test('are not reported of a file that is read at once, nor before there is a request', async (t) => {
    const folder = folderFor(t);
    const told: FirstCheck[] = [];
    const options = {
      ...fileChecking,
      maxProblems: 9,
      onFirst: (first: FirstCheck) => void told.push(first),
    };
    await checkFile(folder.lines('x.jsonl', twelve), options);
    assert.equal(told.length, 0);
    const path = folder.raw('y.jsonl', `${'\n'.repeat(60)}${twelve.join('\n')}`);
    await checkFile(path, { ...options, cut: { partBytes: 50 } });
    assert.deepEqual(
      told.map(({ report }) => report.requests),
      [1],
    );
  });
});

describe('threads', () => {
  test('are not started for a small file', async (t) => {
    const idle = new WorkerPool({ size: 1, script: new URL('./noSuchWorker.ts', import.meta.url) });
    t.after(() => idle.dispose());
    const path = folderFor(t).lines('x.jsonl', twelve);
    const options = { ...fileChecking, maxProblems: 9, pool: idle } as const;
    const { estimate } = await checkFile(path, { ...options, estimate: 'summary' });
    assert.equal(estimate?.summary.requests, 12);
    await assert.rejects(checkFile(path, { ...options, workersOnly: true }), { name: 'WorkerStoppedError' });
  });

  test('that stop are an error, whatever the others have done', async (t) => {
    const path = folderFor(t).lines('x.jsonl', twelve);
    const broken = new WorkerPool({ size: 2, script: new URL('./moodyWorker.ts', import.meta.url) });
    t.after(() => broken.dispose());
    const options = { ...fileChecking, maxProblems: 9, pool: broken, cut: twoLines };
    await assert.rejects(checkFile(path, options));
  });

  test('do not run far ahead of a part that takes long', async (t) => {
    const settings: PartSettings = {
      ...{ check: 'none', content: 'requests', provider: 'openai', config: configurationOf(), today },
      ...{ boundTokens: false, hasPlaces: false, estimate: null },
    };
    const line = '{}\n';
    const path = folderFor(t).lines('x.jsonl', Array<string>(300).fill('{}'));
    const packed = packPart(
      await readPart({ bytes: inSharedMemory(Buffer.from(line)), offset: 0 }, settings),
    );
    const busy = new WorkerPool({ size: 1 });
    let asked = 0;
    let askedBefore = 0;
    t.mock.method(busy, 'run', async () => {
      await sleep(100);
      askedBefore ||= asked;
      return packed;
    });
    const input = InputFile.open(path);
    t.after(() => input.dispose());
    const pass = new FilePass(input, { pool: busy, cut: { smallBytes: 0, partBytes: line.length } });
    let lines = 0;
    for await (const { answer } of pass.answers(() => {
      asked++;
      return settings;
    })) {
      lines += answer.lineCount;
    }
    assert.equal(lines, 300);
    assert.ok(askedBefore <= 64, `${askedBefore} parts were asked for before the first was answered`);
  });

  test('are left when the check is stopped, and can be used by the next', async (t) => {
    const path = folderFor(t).lines('x.jsonl', twelve);
    for (const workersOnly of [false, true]) {
      const stop = new AbortController();
      const options = { ...fileChecking, maxProblems: 9, pool, workersOnly, cut: twoLines };
      const stopped = checkFile(path, { ...options, signal: stop.signal, onProgress: () => stop.abort() });
      await assert.rejects(stopped, { name: 'AbortError' });
      assert.equal((await checkFile(path, options)).report.requests, 12);
    }
  });

  test('notice that the file changes under their hands', async (t) => {
    for (const change of [appendFileSync, (path: string) => truncateSync(path, 100)]) {
      const path = folderFor(t).lines('x.jsonl', twelve);
      let isChanged = false;
      const onProgress = (): void => {
        if (!isChanged) change(path, requestLine('late'));
        isChanged = true;
      };
      const options = { ...fileChecking, maxProblems: 9, pool, cut: twoLines, onProgress };
      await assert.rejects(checkFile(path, options), /changed while it was read; try again/);
      isChanged = false;
      await assert.rejects(estimateFile(path, options), /changed while it was read; try again/);
    }
  });

  test('hear of progress that only grows and ends with the file', async (t) => {
    const path = folderFor(t).lines('x.jsonl', twelve);
    const seen: number[] = [];
    await checkFile(path, {
      ...fileChecking,
      maxProblems: 9,
      pool,
      cut: twoLines,
      onProgress: (read) => seen.push(read),
    });
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    );
    assert.deepEqual([seen.length, seen.at(-1)], [6, readFileSync(path).length]);
  });
});
