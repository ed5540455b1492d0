// Whatever the files: every request is one row, every result line is in a row, beaten by another, or kept aside.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  answeredRow,
  formatRow,
  type NoResultReason,
  readOutcome,
  readRequest,
  unansweredRow,
  withoutByteOrderMark,
} from '#core';
import { type MergeReport, merge, writeRetry } from '#files';
import { expiredLine, type Folder, folderFor, httpErrorLine, okLine, requestLine } from './batchFixture.ts';

const ids = ['a', 'b', 'c', 'ä\u2028', '__proto__', '', 'x"y\\', '😀'];
const strangers = ['stranger', null, 7];

type Ending = '\n' | '\r\n';

interface Batch {
  readonly mark: boolean;
  readonly ending: Ending;
  readonly endsOpen: boolean;
  readonly requests: readonly string[];
  readonly files: readonly {
    readonly attempt: number;
    readonly lines: readonly string[];
    readonly cut: number;
  }[];
}

const content = fc.constantFrom(
  'Hi',
  'two\nlines',
  'U+2028 \u2028\u2029\u0085',
  '日本語 😀',
  '\u0000',
  '"request":{}',
);
const someId = fc.constantFrom<unknown>(...ids, ...ids, ...ids, ...strangers, undefined);

const requestText = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(someId, content).map(([id, text]) => requestLine(id, text)) },
  { weight: 1, arbitrary: fc.tuple(someId, content).map(([id, text]) => ` ${requestLine(id, text)}\t`) },
  { weight: 1, arbitrary: fc.constantFrom('', ' \t', '{"custom_id":"a","body', '[1]', 'null', '\u2028') },
);

const resultText = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(someId, content).map(([id, text]) => okLine(id, text)) },
  { weight: 2, arbitrary: someId.map((id) => httpErrorLine(id)) },
  { weight: 2, arbitrary: someId.map((id) => expiredLine(id)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{"custom_id":"a","response":{"st', '[]', '{"custom_id":"b"}', 'x'),
  },
);

const batch: fc.Arbitrary<Batch> = fc.record({
  mark: fc.boolean(),
  ending: fc.constantFrom<Ending>('\n', '\r\n'),
  endsOpen: fc.boolean(),
  requests: fc.array(requestText, { maxLength: 12 }),
  files: fc.array(
    fc.record({
      attempt: fc.integer({ min: 1, max: 3 }),
      lines: fc.array(resultText, { maxLength: 12 }),
      cut: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
    }),
    { maxLength: 3 },
  ),
});

interface Written {
  /** Lines as a reader of the file sees them. */
  readonly requests: readonly string[];
  readonly results: readonly {
    readonly path: string;
    readonly attempt: number;
    readonly lines: readonly string[];
  }[];
}

function write(folder: Folder, { mark, ending, endsOpen, requests, files }: Batch): Written {
  const text = requests.map((line) => line + ending).join('');
  folder.raw('x.jsonl', (mark ? '\ufeff' : '') + (endsOpen ? text.slice(0, -ending.length) : text));
  const results = files.map(({ attempt, lines, cut }, at) => {
    // A first line that is a result for sure: a file without one is refused, which other tests look at.
    const all = [okLine(`first of ${at}`), ...lines].map((line, n) =>
      line.replace('req_1', `req_${at}_${n}`),
    );
    const last = all.at(-1)!;
    if (cut > 0 && all.length > 1) all[all.length - 1] = last.slice(0, Math.max(1, last.length - cut));
    return { path: folder.raw(`out${at}.jsonl`, all.join('\n')), attempt, lines: all };
  });
  return { requests, results };
}

/** JSON.parse, or undefined. */
function parse(text: string): Readonly<Record<string, unknown>> | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function idOf(text: string): string | null {
  const id = parse(text)?.custom_id;
  return typeof id === 'string' ? id : null;
}

function checkRows(folder: Folder, { requests }: Written, report: MergeReport): void {
  const sources = requests
    .map((text, line) => ({ text, line, id: idOf(text) }))
    .filter(({ text }) => text.trim() !== '');
  const lines = folder.text('x.results.jsonl').split('\n').slice(0, -1);
  assert.equal(lines.length, sources.length);
  assert.equal(report.requests, sources.length);
  sources.forEach((source, at) => {
    const text = lines[at]!;
    const row = JSON.parse(text);
    assert.deepEqual([row.line, row.custom_id], [source.line + 1, source.id]);
    const request = parse(source.text) === undefined ? JSON.stringify(source.text) : source.text;
    assert.ok(text.includes(`,"request":${request},"response":`), text);
    const shared = sources.filter(({ id }) => id === source.id).length > 1;
    if (source.id === null || shared) assert.equal(row.status, 'missing');
    if (row.status === 'missing' || row.status === 'expired') assert.equal(row.response, null);
    if (row.status !== 'succeeded') assert.equal(row.text, null);
  });
}

/** Each line of each results file in exactly one place. */
function checkResults(folder: Folder, { requests, results }: Written, report: MergeReport): void {
  const kept: string[] = [];
  const rows = folder.rows('x.results.jsonl');
  const merged = folder.text('x.results.jsonl');
  for (const { path, lines } of results) {
    lines.forEach((text, line) => {
      if (text.trim() === '') return;
      const result = parse(text);
      const id = idOf(text);
      const isResult =
        result !== null && typeof result === 'object' && ('response' in result || 'error' in result);
      const takers = requests.filter((request) => idOf(request) === id).length;
      if (!isResult || id === null || takers !== 1) {
        kept.push(text);
        return;
      }
      const beaten = report.duplicates.some(({ others }) =>
        others.some((other) => other.path === path && other.line === line),
      );
      const row = rows.find(({ custom_id }) => custom_id === id)!;
      assert.notEqual(row.status, 'missing');
      if (beaten) return;
      const response = /"response":(.*),"error":/s.exec(text)?.[1];
      assert.ok(merged.includes(`,"response":${response}}\n`), text);
      assert.deepEqual(row.response, result.response);
    });
  }
  const surplus = join(folder.path, 'x.surplus.jsonl');
  assert.equal(
    existsSync(surplus) ? folder.text('x.surplus.jsonl') : '',
    kept.map((line) => `${line}\n`).join(''),
  );
  assert.equal(report.rows.surplus, kept.length);
}

/** One stands, and none that was beaten is better than it. */
function checkDuplicates({ requests, results }: Written, report: MergeReport): void {
  for (const id of new Set(requests.map(idOf))) {
    if (id === null || requests.filter((request) => idOf(request) === id).length !== 1) continue;
    const candidates = results.flatMap(({ lines }) =>
      lines.filter((text) => idOf(text) === id && parse(text)?.id),
    );
    const found = report.duplicates.find(({ customId }) => customId === id);
    assert.equal(
      found === undefined ? candidates.length <= 1 : found.others.length + 1 === candidates.length,
      true,
    );
    for (const other of found?.others ?? []) {
      const { chosen } = found!;
      if (other.status === 'succeeded') assert.equal(chosen.status, 'succeeded');
      if (chosen.status !== 'succeeded' || other.status === 'succeeded')
        assert.ok(chosen.attempt >= other.attempt);
    }
  }
}

async function checkRetry(folder: Folder, { ending, endsOpen }: Batch, written: Written): Promise<void> {
  const out = join(folder.path, 'x.retry.jsonl');
  const { results } = written;
  const report = await writeRetry({ requests: join(folder.path, 'x.jsonl'), results, out, overwrite: true });
  const wanted = folder.rows('x.results.jsonl').filter(({ status }) => status !== 'succeeded');
  assert.equal(report.kind === 'written' ? report.written : null, wanted.length);
  const lines = wanted.map(({ line }) => {
    const isLast = endsOpen && line === written.requests.length;
    return written.requests[line - 1]! + (isLast ? '\n' : ending);
  });
  if (wanted.length > 0) assert.equal(folder.text('x.retry.jsonl'), lines.join(''));
}

test('property: nothing is lost and nothing is guessed', async (t) => {
  await fc.assert(
    fc.asyncProperty(batch, async (each) => {
      const folder = folderFor(t);
      const written = write(folder, each);
      const report = await merge(folder.request({ results: written.results }));
      assert.equal(report.kind, 'merged');
      if (report.kind !== 'merged') return;
      checkRows(folder, written, report);
      checkResults(folder, written, report);
      checkDuplicates(written, report);
      await checkRetry(folder, each, written);
    }),
    { numRuns: 80 },
  );
});

test('2,000 rows, shuffled over two files', async (t) => {
  const folder = folderFor(t);
  const all = Array.from({ length: 2000 }, (_, at) => `request-${at}`);
  folder.lines(
    'x.jsonl',
    all.map((id) => requestLine(id, 'word '.repeat(100))),
  );
  // 7 and 2,000 have no common factor, so this visits each once.
  const shuffled = all.map((_, at) => all[(at * 7) % all.length]!);
  const isFailed = (id: string): boolean => Number(id.split('-')[1]) % 33 === 0;
  const output = folder.lines(
    'out.jsonl',
    shuffled.filter((id) => !isFailed(id)).map((id) => okLine(id, id)),
  );
  const errors = folder.lines(
    'errors.jsonl',
    shuffled.filter(isFailed).map((id) => httpErrorLine(id)),
  );
  const results = [output, errors].map((path) => ({ path, attempt: 1 }));
  const report = await merge(folder.request({ results }));
  assert.equal(report.kind, 'merged');
  const rows = folder.rows('x.results.jsonl');
  assert.deepEqual(
    rows.map(({ line, custom_id, text }) => [line, custom_id, text]),
    all.map((id, at) => [at + 1, id, isFailed(id) ? null : id]),
  );
  const out = join(folder.path, 'x.retry.jsonl');
  await writeRetry({ requests: join(folder.path, 'x.jsonl'), results, out });
  const failed = folder
    .text('x.jsonl')
    .split('\n')
    .filter((line) => line !== '' && isFailed(JSON.parse(line).custom_id));
  assert.equal(folder.text('x.retry.jsonl'), failed.map((line) => `${line}\n`).join(''));
});

/** Lines as bytes, some of them no UTF-8, some longer than what is read at once, with marks and CRs where nobody expects them. */
const oddBytes = fc.constantFrom<readonly (string | number)[]>(
  ['é'],
  [0xff],
  [0xc3],
  [0xf0, 0x9f],
  ['\ufffd'],
  ['😀\u2028'],
  ['\\ud83d'],
  ['x'.repeat(1_100_000)],
);
const oddText = fc.array(oddBytes, { maxLength: 3 }).map((parts) => bytesOf(parts.flat()));

function bytesOf(parts: readonly (string | number | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part as Uint8Array))),
  );
}

const oddRequest = fc
  .tuple(fc.nat(9), oddText, fc.constantFrom('', '\ufeff'), fc.boolean())
  .map(([id, text, mark, isCut]) =>
    bytesOf([`${mark}{"x":"`, text, `","custom_id":"${id}"${isCut ? '' : '}'}`]),
  );
const oddResult = fc.tuple(fc.nat(9), oddText, oddText, fc.boolean()).map(([id, before, inside, isFirst]) => {
  const response = bytesOf([
    `"response": {"status_code":200,"body":{"choices":[{"message":{"content":"`,
    ...[inside, '"}}]}} '],
  ]);
  const name = bytesOf([`"é":"`, before, `","custom_id":"${id}"`]);
  return bytesOf(['{', ...(isFirst ? [response, ',', name] : [name, ',', response]), ',"error":null}']);
});
const oddFile = (line: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.array(line, { maxLength: 9 }), fc.constantFrom('\n', '\r\n', '\n\n'), fc.boolean())
    .map(([lines, ending, isOpen]) =>
      bytesOf(lines.flatMap((line, at) => (isOpen && at === lines.length - 1 ? [line] : [line, ending]))),
    );

/** The texts of a file's lines, decoded as a whole. */
function textsOf(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('utf8').split('\n');
  const last = lines.pop() ?? '';
  return [...lines.map((line) => line.replace(/\r$/, '')), ...(last === '' ? [] : [last])];
}

/** What a merge writes, by decoded texts and in memory. */
function rowsOf(requests: Buffer, results: Buffer): string {
  const known = textsOf(requests)
    .map((text, line) => ({ text: withoutByteOrderMark(text), line }))
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, line }) => ({ text, line, request: readRequest(text) }));
  const outcomes = textsOf(results).map((text) => ({ text, outcome: readOutcome(text) }));
  let rows = '';
  for (const { text, line, request } of known) {
    const { customId, kind } = request;
    const isShared = known.filter((other) => other.request.customId === customId).length > 1;
    // All succeed, so of several the last stands.
    const found = outcomes.findLast(
      ({ outcome }) => outcome.kind === 'outcome' && outcome.customId === customId && customId !== null,
    );
    const named = { line, customId };
    const json = kind === 'json' ? text : JSON.stringify(text);
    const outcome = found?.outcome.kind === 'outcome' && !isShared ? found.outcome : null;
    const facts =
      outcome !== null
        ? answeredRow(named, outcome, { attempt: 1, costUsd: null })
        : unansweredRow(named, reasonOf(kind, customId, isShared, found !== undefined), 1);
    const at = outcome?.responseAt ?? null;
    const response = at === null ? null : (found?.text.slice(at.start, at.end) ?? null);
    rows += `${formatRow({ ...facts, request: json, response })}\n`;
  }
  return rows;
}

function reasonOf(
  kind: string,
  customId: string | null,
  isShared: boolean,
  isAnswered: boolean,
): NoResultReason {
  if (kind === 'notJson') return { kind: 'notJson' };
  if (customId === null) return { kind: 'noId', isAnswered: false };
  return isShared ? { kind: 'sharedId', isAnswered } : { kind: 'absent', status: 'missing' };
}

test('property: what is written is what joining the decoded texts would write, byte for byte', async (t) => {
  await fc.assert(
    fc.asyncProperty(oddFile(oddRequest), oddFile(oddResult), async (requests, results) => {
      const folder = folderFor(t);
      folder.raw('x.jsonl', requests);
      const path = folder.raw('out.jsonl', results);
      const report = await merge(folder.request({ results: [{ path, attempt: 1 }] }));
      assert.equal(report.kind, 'merged');
      const written = readFileSync(join(folder.path, 'x.results.jsonl'));
      assert.ok(written.equals(Buffer.from(rowsOf(requests, results))));
    }),
    { numRuns: 60 },
  );
});
