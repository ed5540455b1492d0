// Two implementations of Anthropic's rules, without shared code: do the check and the simulator say the same of each
// fixture line? The check knows more; nothing that the simulator refuses may have passed it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BatchFile, checkLine, type FileReport } from '#core';
import { findParamsProblem } from '../../simulator/anthropic/paramsProblem.ts';
import { checkingAs } from '../checking.ts';

const versions = ['2023-06-01', '2026-10-21'] as const;

/** A line as a file of its own. */
function check(text: string, anthropicVersion: (typeof versions)[number]): FileReport {
  const checking = checkingAs('anthropic', { anthropicVersion });
  const file = new BatchFile();
  file.push(checkLine(text, text.length, checking));
  return file.report({ dialect: checking.dialect, maxProblems: 50, severity: {}, textOf: () => text });
}

const names = ['', '-clean', '-content', '-habits', '-ids', '-models'];

for (const version of versions) {
  test(`${version}: what the simulator refuses, the check has seen`, () => {
    let compared = 0;
    let refused = 0;
    for (const name of names) {
      const path = new URL(`../fixtures/anthropic${name}.jsonl`, import.meta.url);
      for (const text of readFileSync(path, 'utf8').trimEnd().split('\n')) {
        const { params } = JSON.parse(text);
        const report = check(text, version);
        // Of other names the check knows nothing.
        if (typeof params !== 'object' || report.problems.some(({ code }) => code === 'model.unknown'))
          continue;
        compared += 1;
        const problem = findParamsProblem(params, { version, inBatch: true, hasBeta: false });
        if (problem === null) continue;
        refused += 1;
        const seen = report.counts.error + report.counts.warning;
        assert.ok(seen > 0, `${problem.message}: ${text}`);
      }
    }
    assert.ok(compared >= 60, `${compared} lines`);
    assert.ok(refused >= 20, `${refused} lines`);
  });
}
