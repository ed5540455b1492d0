// Are the parts of a file its lines, each once and as they were, and is nothing else touched?
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { defaultConfiguration, dialectOf, type Provider } from '#core';
import { checkFile, estimateFile, type SplitOptions, type SplitReport, splitFile } from '#files';
import { fileChecking, today } from '../checking.ts';
import { type Folder, folderFor, requestLine } from './batchFixture.ts';

type Given = NonNullable<SplitOptions['given']>;

function optionsFor(folder: Folder, given: Given = {}, more: Partial<SplitOptions> = {}): SplitOptions {
  return {
    ...{ provider: 'auto', config: defaultConfiguration, given },
    ...{ folder: folder.path, name: 'x.jsonl', ...more },
  };
}

async function splitUp(
  folder: Folder,
  given: Given = {},
  more: Partial<SplitOptions> = {},
): Promise<SplitReport> {
  const report = await splitFile(join(folder.path, 'x.jsonl'), optionsFor(folder, given, more));
  assert.equal(report.kind, 'split', JSON.stringify(report));
  return report as SplitReport;
}

/** The message of what must not have been done. */
async function refusal(folder: Folder, given: Given = {}, more: Partial<SplitOptions> = {}): Promise<string> {
  const before = readdirSync(folder.path).map((name) => [name, folder.text(name)]);
  const report = await splitFile(join(folder.path, 'x.jsonl'), optionsFor(folder, given, more));
  assert.notEqual(report.kind, 'split');
  assert.deepEqual(
    readdirSync(folder.path).map((name) => [name, folder.text(name)]),
    before,
  );
  return 'message' in report ? report.message : '';
}

const three = ['a', 'b', 'c'].map((id) => requestLine(id));

test('parts are named so that they sort, and hold the lines as they were', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', three);
  const { paths, cut, removed } = await splitUp(folder, { requests: 2 });
  assert.deepEqual(readdirSync(folder.path).sort(), ['x.jsonl', 'x.part-01.jsonl', 'x.part-02.jsonl']);
  assert.deepEqual(
    paths,
    ['x.part-01.jsonl', 'x.part-02.jsonl'].map((name) => join(folder.path, name)),
  );
  assert.equal(folder.text('x.part-01.jsonl'), `${three[0]}\n${three[1]}\n`);
  assert.equal(folder.text('x.part-02.jsonl'), `${three[2]}\n`);
  assert.deepEqual([cut.requests, cut.lines, cut.dialect?.provider, removed], [3, 3, 'openai', []]);
  folder.lines(
    'x.jsonl',
    Array.from({ length: 100 }, (_, n) => requestLine(`n${n}`)),
  );
  const many = await splitUp(folder, { requests: 1 }, { folder: join(folder.path, 'new', 'deep') });
  assert.ok(many.paths[0]?.endsWith('x.part-001.jsonl') && many.paths[99]?.endsWith('x.part-100.jsonl'));
});

const lineEnd = fc.constantFrom('\n', '\r\n');
const lineText = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(99), fc.nat(300)).map(([id, n]) => requestLine(`r${id}`, 'ä'.repeat(n))),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', ' \t', '\ufeff', '{"custom_id":"a', '[1]', '\u2028', 'a\rb', '\u0000'),
  },
);
const content = fc
  .record({
    mark: fc.boolean(),
    lines: fc.array(fc.tuple(lineText, lineEnd), { minLength: 1, maxLength: 30 }),
    endsOpen: fc.boolean(),
    broken: fc.boolean(),
  })
  .map(({ mark, lines, endsOpen, broken }) => {
    // A first line that tells whose they are.
    const text = [[requestLine('first'), '\n'], ...lines].map((line) => line.join('')).join('');
    const bytes = Buffer.from((mark ? '\ufeff' : '') + (endsOpen ? text.replace(/\r?\n$/, '') : text));
    return broken ? Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0x22])]) : bytes;
  });
const limit = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });

test('property: one after the other the parts are the file; each is what its figures say', async (t) => {
  await fc.assert(
    fc.asyncProperty(content, limit, limit, async (bytes, requests, hundreds) => {
      const folder = folderFor(t);
      folder.raw('x.jsonl', bytes);
      const given = { requests, bytes: hundreds === undefined ? undefined : hundreds * 100 };
      const { cut, paths } = await splitUp(folder, given);
      const parts = paths.map((path) => readFileSync(path));
      assert.ok(Buffer.concat(parts).equals(bytes));
      let requestsSeen = 0;
      for (const [index, part] of parts.entries()) {
        const facts = cut.parts[index];
        const lines = part.toString('utf8').split('\n');
        if (lines.at(-1) === '') lines.pop();
        const filled = lines.filter((line) => line.replace(/^\ufeff/, '').trim() !== '').length;
        assert.deepEqual(
          [facts?.sizeBytes, facts?.lines, facts?.requests],
          [part.length, lines.length, filled],
        );
        assert.ok(filled > 0 && filled <= (requests ?? Infinity));
        const isSaid = cut.passed.some((one) => one.part === index && one.limit === 'bytes');
        const blankEnd = index === parts.length - 1 ? /\s*$/.exec(part.toString('latin1'))![0].length : 0;
        assert.ok(isSaid || part.length - blankEnd <= (given.bytes ?? Infinity));
        requestsSeen += filled;
      }
      assert.equal(cut.requests, requestsSeen);
    }),
    { numRuns: 60 },
  );
});

test('a check of the parts finds nothing that splitting is for', async (t) => {
  const folder = folderFor(t);
  const embed = (id: number): string =>
    JSON.stringify({
      ...{ custom_id: `e${id}`, method: 'POST', url: '/v1/embeddings' },
      body: { model: 'text-embedding-3-small', input: Array.from({ length: 2000 }, () => 'a') },
    });
  folder.lines(
    'x.jsonl',
    Array.from({ length: 60 }, (_, id) => embed(id)),
  );
  const codesOf = async (path: string): Promise<readonly string[]> => {
    const { report } = await checkFile(path, { ...fileChecking, maxProblems: 100 });
    return report.problems
      .map(({ code }) => code)
      .filter((code) => /^file|embedding-inputs|queue/.test(code));
  };
  assert.deepEqual(await codesOf(join(folder.path, 'x.jsonl')), ['tokens.embedding-inputs']);
  const { paths, cut } = await splitUp(folder);
  assert.deepEqual(
    cut.parts.map(({ requests }) => requests),
    [25, 25, 10],
  );
  for (const path of paths) assert.deepEqual(await codesOf(path), []);
});

test('by tokens: those of the estimate, and the queue that somebody set for a model', async (t) => {
  const folder = folderFor(t);
  const path = folder.lines(
    'x.jsonl',
    Array.from({ length: 12 }, (_, n) => requestLine(`r${n}`, 'word '.repeat(10 * (n + 1)))),
  );
  const config = { ...defaultConfiguration, queueTokens: { 'gpt-6-luna': 200 } };
  const { lines } = await estimateFile(path, { provider: 'auto', config, today, perLine: true });
  const tokens = lines.map(({ estimate }) => estimate.inputTokens ?? Number.NaN);
  const given = await splitUp(folder, { tokens: 150 }, { estimates: lines });
  const queued = await splitUp(folder, {}, { estimates: lines, config });
  for (const [{ cut }, most] of [[given, 150] as const, [queued, 200] as const]) {
    assert.ok(cut.parts.length > 3);
    for (const { firstLine, lines: count, tokens: sum, uncountedRequests } of cut.parts) {
      assert.equal(uncountedRequests, 0);
      assert.equal(
        sum,
        tokens.slice(firstLine, firstLine + count).reduce((all, one) => all + one, 0),
      );
      assert.ok(sum <= most);
    }
  }
  const { cut } = await splitUp(folder, { tokens: 100 }, { estimates: lines });
  assert.deepEqual(
    cut.passed.map(({ line, limit, amount }) => [line, limit, amount]),
    tokens.flatMap((amount, line) => (amount > 100 ? [[line, 'tokens', amount]] : [])),
  );
});

test('an earlier split of the same file is replaced, and what it had too many is removed', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', three);
  await splitUp(folder, { requests: 1 });
  const { removed } = await splitUp(folder, { requests: 2 });
  assert.deepEqual(removed, [join(folder.path, 'x.part-03.jsonl')]);
  assert.deepEqual(readdirSync(folder.path).sort(), ['x.jsonl', 'x.part-01.jsonl', 'x.part-02.jsonl']);
  assert.equal(folder.text('x.part-02.jsonl'), `${three[2]}\n`);
});

test('anything else in the place of a part is left alone, and nothing is written', async (t) => {
  const cases: readonly ((folder: Folder) => unknown)[] = [
    (folder) => folder.raw('x.part-02.jsonl', 'mine'),
    // Of the file as it was before.
    (folder) => folder.lines('x.part-01.jsonl', [requestLine('old')]),
    // Beyond the parts that there would be, but submitted with them by "x.part-*.jsonl".
    (folder) => folder.lines('x.part-77.jsonl', [requestLine('old')]),
    (folder) => folder.lines('x.part-01.jsonl', [...three, ...three]),
    (folder) => symlinkSync(join(folder.path, 'x.jsonl'), join(folder.path, 'x.part-01.jsonl')),
  ];
  for (const put of cases) {
    const folder = folderFor(t);
    folder.lines('x.jsonl', three);
    put(folder);
    assert.match(await refusal(folder, { requests: 2 }), /already there and is no part of this file/);
  }
  const folder = folderFor(t);
  folder.lines('x.jsonl', three);
  mkdirSync(join(folder.path, 'x.part-01.jsonl'));
  const report = await splitFile(join(folder.path, 'x.jsonl'), optionsFor(folder));
  assert.equal(report.kind, 'notOurs');
  assert.ok(!existsSync(join(folder.path, 'x.part-02.jsonl')));
});

test('what has no lines that are requests one by one is refused, and so is a slip of the hand', async (t) => {
  const bytes = (text: string, encoding: BufferEncoding): Buffer => Buffer.from(`${text}\n`, encoding);
  const cases: readonly [RegExp, string | Uint8Array, Given?][] = [
    [/is not saved as UTF-8/, Buffer.concat([Buffer.from([0xff, 0xfe]), bytes(three.join('\n'), 'utf16le')])],
    [/is a JSON array/, `[\n${three.join(',\n')}\n]\n`],
    [/over several lines/, three.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('\n')],
    [/has no requests/, ''],
    [/has no requests/, '\n\n \n'],
    [/would become 1001 files/, `${requestLine('a')}\n`.repeat(1001), { requests: 1 }],
  ];
  for (const [message, content, given] of cases) {
    const folder = folderFor(t);
    folder.raw('x.jsonl', content);
    assert.match(await refusal(folder, given), message);
  }
  const folder = folderFor(t);
  assert.match(await refusal(folder), /There is no file/);
});

test('whoever asked may refuse the cut, or stop: nothing is left of it', async (t) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', three);
  const path = join(folder.path, 'x.jsonl');
  const accepts = (): void => {
    throw new Error('no');
  };
  await assert.rejects(splitFile(path, optionsFor(folder, {}, { accepts })), /^Error: no$/);
  const stop = new AbortController();
  const onProgress = (): void => stop.abort();
  const { signal } = stop;
  await assert.rejects(splitFile(path, optionsFor(folder, { requests: 1 }, { signal, onProgress })), {
    name: 'AbortError',
  });
  assert.deepEqual(readdirSync(folder.path), ['x.jsonl']);
});

test('a file that changes meanwhile is not split', async (t) => {
  const folder = folderFor(t);
  const path = folder.lines('x.jsonl', three);
  const accepts = (): void => writeFileSync(path, `${three[0]}\n`);
  const report = await splitFile(path, optionsFor(folder, {}, { accepts }));
  assert.equal(report.kind, 'changed');
  assert.deepEqual(readdirSync(folder.path), ['x.jsonl']);
});

test('whose limits apply is read from the lines, or said', async (t: TestContext) => {
  const folder = folderFor(t);
  folder.lines('x.jsonl', [
    JSON.stringify({ key: 'a', request: { contents: [{ parts: [{ text: 'Hi' }] }] } }),
  ]);
  const { cut } = await splitUp(folder);
  assert.deepEqual([cut.dialect?.provider, cut.limits.bytes], ['gemini', 2_000_000_000]);
  folder.lines('x.jsonl', three);
  const provider: Provider = 'groq';
  const groq = await splitUp(folder, {}, { provider, folder: join(folder.path, 'groq') });
  assert.equal(groq.cut.limits.bytes, dialectOf('groq').bytes.warn);
  folder.lines('x.jsonl', ['{"a":1}', '{"a":2}']);
  const other = await splitFile(
    join(folder.path, 'x.jsonl'),
    optionsFor(folder, { requests: 1 }, { folder: join(folder.path, 'o') }),
  );
  assert.equal(other.kind === 'split' && other.cut.dialect, null);
  assert.equal(other.kind === 'split' && other.paths.length, 2);
});
