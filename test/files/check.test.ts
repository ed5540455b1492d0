// Golden files: test/fixtures/<behaviour>.jsonl and, beside it, one human line per problem.
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configurationOf, type Problem, providers } from '#core';
import { checkFile } from '#files';
import { fileChecking } from '../checking.ts';
import { folderFor, requestLine } from './batchFixture.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const options = { ...fileChecking, maxProblems: 1000 } as const;

function describe(problem: Problem, lines: readonly string[]): string {
  const place = `${problem.line + 1}:${problem.start + 1}-${problem.end + 1}`;
  const text = (lines[problem.line] ?? '').slice(problem.start, problem.end);
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  const related = problem.related.map((one) => ` (line ${one.line + 1}:${one.start + 1})`).join('');
  return `${place} ${problem.severity} ${problem.code} ${problem.scope} «${shown.replaceAll('\0', '␀')}» ${problem.message}${related}`;
}

for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.jsonl'))) {
  test(`problems of ${name}`, async () => {
    const preferred = providers.findLast((provider) => name.startsWith(`${provider}-`)) ?? 'auto';
    const config = configurationOf({ provider: preferred });
    const { provider, report } = await checkFile(fixtures + name, { ...options, config });
    const lines = readFileSync(fixtures + name, 'utf8').split(/\r?\n/);
    const head = `${provider ?? 'no provider'} · ${report.endpoint ?? 'no endpoint'} · ${report.requests} requests · ${report.counts.error} errors`;
    const actual = `${[head, ...report.problems.map((problem) => describe(problem, lines))].join('\n')}\n`;
    const golden = `${fixtures}${name.replace(/\.jsonl$/, '')}.problems.txt`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, actual);
    assert.equal(actual, readFileSync(golden, 'utf8'));
  });
}

for (const [how, change] of [
  ['grows', (path: string) => appendFileSync(path, requestLine('z'))],
  ['shrinks', (path: string) => truncateSync(path, 10)],
  [
    'is replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, `${requestLine('a')}\n${requestLine('a')}\n`);
      renameSync(`${path}.new`, path);
    },
  ],
] as const) {
  test(`a file that ${how} while it is checked is refused, for its problems would stand anywhere`, async (t) => {
    const path = folderFor(t).lines('x.jsonl', [requestLine('a'), requestLine('a')]);
    let changed = false;
    const onProgress = (): void => {
      if (!changed) change(path);
      changed = true;
    };
    await assert.rejects(checkFile(path, { ...options, onProgress }), /changed while it was read; try again/);
  });
}

test('a device or pipe is refused, for it cannot be read twice', async () => {
  await assert.rejects(checkFile(devNull, options), /no regular file/);
});

test('a line longer than any provider takes is left out and said; the others are checked', async (t) => {
  const path = folderFor(t).lines('x.jsonl', [requestLine('a'), requestLine('b')]);
  // Sparse: what has no bytes is read as zeros.
  truncateSync(path, 270_000_000);
  appendFileSync(path, `\n${requestLine('b')}\n`);
  const { report } = await checkFile(path, { ...options, provider: 'openai' });
  assert.deepEqual(
    report.problems.map(({ line, code }) => [line, code]),
    [
      [0, 'file.too-large'],
      [1, 'id.duplicate'],
      [3, 'id.duplicate'],
      [2, 'line.too-long'],
    ],
  );
});
