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
  isAtOnce: false,
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
      ...{ status: 'failed', code: 'rate_limit', count: 14, message: 'Limit <#> of `x`.' },
      example: { customId: 'r5', line: 4, message: 'Limit 5 of `x` | [y](command:evil).' },
    },
  ],
  notes: [{ code: 'truncated', count: 38, example: { customId: 'r9', line: 8, message: 'Cut off.' } }],
  unreadableLines: 0,
};

test('it has what the terminal says, fact by fact', () => {
  const job = finished(rows({ succeeded: 4798, failed: 14 }));
  const plain = reportPage(report, job, l10n).replaceAll('\\', '').replaceAll('\u00a0', ' ');
  const facts = reportFacts(report, job);
  assert.ok(facts.length >= 5);
  for (const [name, words] of facts)
    assert.ok(
      plain.split('\n').some((row) => row.startsWith(`| ${name} | `) && row.includes(words)),
      `${name}: ${words}`,
    );
  assert.match(plain, /requests \| 4,812: 4,798 answered \(99\.7 %\), 14 failed/);
});

test('why rows failed and what is odd stand in lists, in plain text', () => {
  const page = reportPage(report, finished(), l10n);
  assert.ok(
    page.includes(
      '\n- `rate_limit` × 14, failed; for example line 5: Limit 5 of \\`x\\` \\| \\[y\\]\\(command:evil\\)\\.',
    ),
    page,
  );
  assert.ok(page.includes('\n- 38 cut off; for example line 9: Cut off\\.'), page);
});

test('what the simulator answered was free, and the page says whose prices these are', () => {
  const job = finished();
  const simulated = { ...job, account: { ...job.account, profile: 'simulator' } };
  assert.match(reportPage(report, simulated, l10n), /\(Simulator, free; costs are those of OpenAI\)/);
  assert.match(reportPage(report, job, l10n), /\| job \| `[^`]+` \(OpenAI\) \|/);
});

test('of a single row its line is all there is to say', () => {
  const errors = report.errors.map((one) => ({ ...one, count: 1 }));
  const page = reportPage({ ...report, errors }, finished(), l10n);
  assert.ok(page.includes('× 1, failed; line 5: Limit 5'), page);
});

test('results beside their requests are named, others with their folder', () => {
  const job = { ...finished(), file: '/data/a.jsonl', resultsPath: '/data/a.results.jsonl' };
  assert.ok(reportPage(report, job, l10n).includes('| results | `a.results.jsonl` |'));
  const elsewhere = { ...job, resultsPath: '/results/a.results.jsonl' };
  assert.ok(reportPage(report, elsewhere, l10n).includes('| results | `/results/a.results.jsonl` |'));
});

test('without failures and notes there are no empty lists', () => {
  const page = reportPage({ ...report, errors: [], notes: [] }, finished(), l10n);
  assert.doesNotMatch(page, /##/);
});
