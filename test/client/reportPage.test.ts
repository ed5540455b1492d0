// The page of a report: the words of the terminal, and nothing of a provider becomes Markdown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportFacts } from '#core';
import type { FilesReport } from '#files';
import { reportPage } from '../../client/reportPage.ts';
import { finished, l10n, rows } from './jobFixture.ts';

const report: FilesReport = {
  kind: 'report',
  requests: 4812,
  rows: { succeeded: 4798, failed: 14, expired: 0, cancelled: 0, missing: 0 },
  reusedRows: 0,
  completionPercent: 99.7,
  usage: null,
  costUsd: 0.34,
  unpricedRows: 0,
  costPerRequestUsd: 0.00007,
  syncUsd: 0.68,
  savedUsd: 0.34,
  savedPercent: 50,
  finishReasons: { stop: 4760, length: 38 },
  errors: [
    {
      ...{ status: 'failed', code: 'rate|limit', count: 14, message: 'Limit <#> of `x`.' },
      example: { customId: 'r5', line: 4, message: 'Limit 5 of `x` | [y](command:evil).' },
    },
  ],
  notes: [{ code: 'truncated', count: 38, example: { customId: 'r9', line: 8, message: 'Cut off.' } }],
  unreadableLines: 0,
};

test('it has what the terminal says, fact by fact', () => {
  const job = finished(rows({ succeeded: 4798, failed: 14 }));
  const plain = reportPage(report, job, l10n).replaceAll('\\', '');
  const facts = reportFacts(report, job);
  assert.ok(facts.length >= 5);
  for (const [name, words] of facts)
    assert.ok(
      plain.split('\n').some((row) => row.startsWith(`| ${name} | `) && row.includes(words)),
      `${name}: ${words}`,
    );
  assert.match(plain, /requests \| 4,812: 4,798 answered \(99\.7 %\), 14 failed/);
});

test('why rows failed and what is odd stand in tables, in plain text', () => {
  const page = reportPage(report, finished(), l10n);
  assert.ok(
    page.includes(
      '| failed | `rate\\|limit` | 14 | Limit \\<\\#\\> of \\`x\\`\\. | line 5: Limit 5 of \\`x\\` \\| \\[y\\]\\(command:evil\\)\\. |',
    ),
    page,
  );
  assert.ok(page.includes('| cut off | 38 | line 9: Cut off\\. |'), page);
});

test('without failures and notes there are no empty tables', () => {
  const page = reportPage({ ...report, errors: [], notes: [] }, finished(), l10n);
  assert.doesNotMatch(page, /##/);
});
