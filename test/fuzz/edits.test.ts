// After any edits of any lines, of every dialect: the file is as one that was read fresh, and nothing throws or runs away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchFile, type FixSource, safeEdits, unchecked } from '#core';
import { checkingAs } from '../checking.ts';
import { apply } from '../core/fixing.ts';
import { chanceOf } from '../differential/chance.ts';
import { seed } from '../differential/trial.ts';
import { randomFrom } from '../random.ts';
import { dialects, factsOf, LineMaker, reportOf, sourceOf } from './fuzzLines.ts';

const files = 60;

for (const { provider, endpoints } of dialects) {
  test(`${provider}: edited lines are as fresh ones`, () => {
    const chance = chanceOf(randomFrom(seed + 101));
    const maker = new LineMaker(endpoints, seed + 102, chance);
    const checking = checkingAs(provider);
    for (let count = 0; count < files; count++) {
      let lines = Array.from({ length: chance.integer(0, 12) }, () => maker.line());
      const file = new BatchFile();
      file.splice(
        0,
        0,
        lines.map((line) => factsOf(line, checking)),
      );
      for (let edits = chance.integer(1, 6); edits > 0; edits--) {
        const from = chance.integer(0, lines.length);
        const removed = Math.min(chance.integer(0, 3), lines.length - from);
        const added = Array.from({ length: chance.integer(0, 3) }, () => maker.line());
        lines = [...lines.slice(0, from), ...added, ...lines.slice(from + removed)];
        file.splice(from, removed, new Array(added.length).fill(unchecked));
        for (const [index, line] of added.entries()) file.splice(from + index, 1, [factsOf(line, checking)]);
      }
      const edited: FixSource = {
        file,
        textOf: (line) => lines[line] ?? '',
        lineCount: lines.length,
        checking,
      };
      const fresh = sourceOf(lines, provider);
      assert.deepEqual(reportOf(edited), reportOf(fresh));
      assert.deepEqual(safeEdits(edited, {}), safeEdits(fresh, {}));
    }
  });

  test(`${provider}: every problem has a place in its line, and words`, () => {
    const chance = chanceOf(randomFrom(seed + 201));
    const maker = new LineMaker(endpoints, seed + 202, chance);
    for (let count = 0; count < files; count++) {
      const lines = Array.from({ length: chance.integer(1, 20) }, () => maker.line());
      const { problems, counts } = reportOf(sourceOf(lines, provider));
      const sum = Object.values(counts).reduce((all, one) => all + one, 0);
      assert.equal(problems.length, Math.min(sum, 1000));
      for (const { line, start, endLine, end, message, fixes } of problems) {
        const text = lines[line] ?? '';
        const what = `${message} ${line}:${start}-${endLine}:${end} ${text}`;
        assert.ok(line < lines.length && line === endLine && start <= end && end <= text.length, what);
        assert.ok(message.length > 5 && message.length < 700 && !/[\n\r]/.test(message), what);
        assert.ok(
          fixes.every(({ title }) => title.length < 200),
          what,
        );
      }
    }
  });

  test(`${provider}: safe fixes add no error, and leave nothing to do a second time`, () => {
    const chance = chanceOf(randomFrom(seed + 301));
    const maker = new LineMaker(endpoints, seed + 302, chance);
    for (let count = 0; count < files; count++) {
      const before = Array.from({ length: chance.integer(1, 10) }, () => maker.line());
      const source = sourceOf(before, provider);
      const after = apply(before, safeEdits(source, {}));
      const again = sourceOf(after, provider);
      assert.deepEqual(safeEdits(again, {}), [], `${before.join('\n')}\n->\n${after.join('\n')}`);
      const [old, now] = [reportOf(source), reportOf(again)];
      // A url, or a body under its right name, lets a body be checked for the first time.
      const hidden = old.problems.some(({ code }) =>
        /^request\.(url|missing-field|unknown-field)$/.test(code),
      );
      if (!hidden) {
        const said = now.problems
          .filter(({ severity }) => severity === 'error')
          .map(({ message }) => message);
        assert.ok(
          now.counts.error <= old.counts.error,
          `${said}\n${before.join('\n')}\n->\n${after.join('\n')}`,
        );
      }
    }
  });
}
