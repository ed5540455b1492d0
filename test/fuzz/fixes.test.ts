// Whatever a fix changes, all else of the line stays as it was written: names, numbers, escapes, order. Of every fix.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editsOf, type FixChange, type FixSource, type Problem } from '#core';
import { apply } from '../core/fixing.ts';
import { chanceOf } from '../differential/chance.ts';
import { seed } from '../differential/trial.ts';
import { randomFrom } from '../random.ts';
import { dialects, LineMaker, reportOf, sourceOf } from './fuzzLines.ts';
import { isWithin, type RawToken, rawTokens } from './rawTokens.ts';

const files = 60;

for (const { provider, endpoints } of dialects) {
  test(`${provider}: a fix leaves what it is not about as it was written`, (t) => {
    const chance = chanceOf(randomFrom(seed + 401));
    const maker = new LineMaker(endpoints, seed + 402, chance);
    const kinds = new Map<string, number>();
    for (let count = 0; count < files; count++) {
      const lines = Array.from({ length: chance.integer(1, 12) }, () =>
        rewritten(maker.line(), chance.isLucky(0.3)),
      );
      const source = sourceOf(lines, provider);
      for (const problem of reportOf(source).problems) {
        for (const { change } of problem.fixes) {
          if (tryFix(source, lines, problem, change))
            kinds.set(change.kind, (kinds.get(change.kind) ?? 0) + 1);
        }
      }
    }
    t.diagnostic([...kinds].map(([kind, many]) => `${kind} ${many}`).join(', '));
    assert.ok(kinds.size >= 3, 'there was something to fix');
  });
}

test('requests that are put on lines of their own keep every name and value as it was written', () => {
  for (const { provider, endpoints } of dialects.slice(0, 3)) {
    const chance = chanceOf(randomFrom(seed + 501));
    const maker = new LineMaker(endpoints, seed + 502, chance);
    for (let count = 0; count < 20; count++) {
      const requests = Array.from({ length: 4 }, () => rewritten(maker.line(), true)).filter(isRequest);
      const isArray = chance.isLucky(0.5);
      const pretty = requests.map((text) => text.replace(/[{]/, '{\n').replace(/[}]$/, '\n}'));
      const file = isArray ? `[${pretty.join(',\n')}]` : pretty.join('\n');
      const lines = file.split('\n');
      const source = sourceOf(lines, provider);
      const [problem] = reportOf(source).problems;
      if (requests.length < 2 || problem === undefined) continue;
      assert.match(problem.code, /^json\.(?:array-file|multiline)$/);
      const fix = problem.fixes.find(({ change }) => change.kind === 'toLines');
      assert.ok(fix);
      const after = apply(lines, editsOf(source, problem, fix)).filter((line) => line !== '');
      assert.deepEqual(
        after.map((line) => raws(rawTokens(line))),
        requests.map((line) => raws(rawTokens(line))),
      );
    }
  }
});

function isRequest(text: string): boolean {
  try {
    return Object.keys(JSON.parse(text)).length > 1;
  } catch {
    return false;
  }
}

/** The same JSON in other clothes: spaces, escapes, spellings of numbers. */
function rewritten(line: string, isOther: boolean): string {
  if (!isOther) return line;
  return line
    .replaceAll(/":/g, '" : ')
    .replaceAll('é', '\\u00e9')
    .replaceAll(/: (\d)\.(\d)([,}])/g, ': $1.$2e0$3');
}

function tryFix(source: FixSource, lines: readonly string[], problem: Problem, change: FixChange): boolean {
  const fix = { title: '', safe: false, change };
  const edits = editsOf(source, problem, fix);
  if (edits.length === 0) return false;
  const after = apply(lines, edits);
  const what = `${JSON.stringify(change)}\n${lines[problem.line]}\n${after[problem.line]}`;
  if (change.kind === 'toLines') return false;
  if (change.kind === 'removeLine') {
    const left = lines.filter((_, index) => index !== problem.line);
    assert.deepEqual(after, left.length === 0 ? [''] : left);
    return true;
  }
  assert.equal(after.length, lines.length);
  for (const [index, line] of lines.entries())
    if (index !== problem.line) assert.equal(after[index], line, what);
  const text = lines[problem.line] ?? '';
  // Where a name stands twice, a path is of either.
  const names = rawTokens(text).filter(({ isKey }) => isKey);
  if (new Set(names.map(({ path }) => path.join('\n'))).size < names.length) return true;
  JSON.parse(after[problem.line] ?? '');
  assertKept(rawTokens(text), rawTokens(after[problem.line] ?? ''), change, what);
  return true;
}

const raws = (tokens: readonly RawToken[]): readonly string[] => tokens.map(({ raw }) => raw);

function assertKept(
  before: readonly RawToken[],
  after: readonly RawToken[],
  change: FixChange,
  what: string,
): void {
  switch (change.kind) {
    case 'removeMember':
      assert.deepEqual(raws(after), raws(before.filter((token) => !isWithin(token, change.path))), what);
      return;
    case 'renameKey': {
      const isName = ({ path, isKey }: RawToken): boolean =>
        isKey && path.length === change.path.length && path.join('\n') === change.path.join('\n');
      const renamed = before.map((token) => (isName(token) ? JSON.stringify(change.name) : token.raw));
      assert.deepEqual(raws(after), renamed, what);
      return;
    }
    case 'quoteValue': {
      const quoted = before.map((token) =>
        !token.isKey && isWithin(token, change.path) ? `"${token.raw}"` : token.raw,
      );
      assert.deepEqual(raws(after), quoted, what);
      return;
    }
    case 'replaceValue': {
      const isValue = (token: RawToken): boolean =>
        isWithin(token, change.path) && !(token.isKey && token.path.length === change.path.length);
      const kept = raws(before.filter((token) => !isValue(token)));
      assert.deepEqual(raws(after.filter((token) => !isValue(token))), kept, what);
      return;
    }
    case 'moveMember':
    case 'wrapValue':
    case 'insertMember':
    case 'uniqueId':
      assertAdded(raws(before), raws(after), change, what);
  }
}

/** What was there is there; only what the change says is new. */
function assertAdded(
  before: readonly string[],
  after: readonly string[],
  change: FixChange,
  what: string,
): void {
  const left = [...after];
  const gone = before.filter((raw) => {
    const at = left.indexOf(raw);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  // A new id takes the place of the old one.
  assert.ok(gone.length <= (change.kind === 'uniqueId' ? 1 : 0), `${gone} is gone\n${what}`);
  const most =
    change.kind === 'insertMember'
      ? 1 + Math.max(1, rawTokens(change.json).length)
      : change.kind === 'uniqueId'
        ? 2
        : 8;
  assert.ok(left.length <= most, `${left} is new\n${what}`);
}
