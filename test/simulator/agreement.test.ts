// Two implementations of the same rules, without shared code: do the check and the simulator say the same of each fixture line?

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BatchFile, checkLine, type FileReport } from '#core';
import { endpoints } from '../../simulator/openai/endpoints.ts';
import { validateLine } from '../../simulator/openai/validateLine.ts';
import { checking } from '../checking.ts';

/** A line as a file of its own. */
function check(text: string): FileReport {
  const file = new BatchFile();
  file.push(checkLine(text, text.length, checking));
  return file.report({ dialect: checking.dialect, maxProblems: 50, severity: {}, textOf: () => text });
}

for (const name of ['chat-body', 'responses-body', 'embeddings', 'completions', 'moderations']) {
  test(`${name}: what the one refuses, the other has seen`, () => {
    const lines = readFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    let compared = 0;
    for (const text of lines) {
      const { url, body } = JSON.parse(text);
      const endpoint = endpoints.find(({ path }) => path === url);
      const report = check(text);
      // The simulator runs OpenAI's models only; of other names the check knows nothing.
      const isForeign =
        report.problems.some(({ code }) => code === 'model.unknown') && !body.model.startsWith('ft:');
      if (endpoint === undefined || isForeign) continue;
      compared++;
      const memory = { customIds: new Set<string>(), model: null };
      const refusesFile = validateLine(text, 0, endpoint, memory).errors.length > 0;
      assert.equal(report.errorsByScope.file > 0, refusesFile, `the whole file: ${text}`);
      const refusesRow = !refusesFile && endpoint.findProblem(body) !== null;
      if (refusesRow) assert.ok(report.counts.error + report.counts.warning > 0, `the row: ${text}`);
      if (report.problems.length === 0) assert.ok(!refusesRow, text);
    }
    assert.ok(compared >= 8, `${compared} lines`);
  });
}
