// What is said at the end of a batch, and while some run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageWords, endWords, runningWords } from '../../client/jobWords.ts';
import { ago, finished, job, l10n, now, part, remote, rows } from './jobFixture.ts';

test('the end in one line: answered, not answered, cost', () => {
  assert.equal(
    endWords(finished(rows({ succeeded: 4798, failed: 14 })), l10n),
    'reviews.jsonl finished: 4,798 answered, 14 failed · $0.34',
  );
  assert.equal(
    endWords(finished(rows({ succeeded: 100, expired: 20 }), { state: 'expired', costUsd: null }), l10n),
    'reviews.jsonl expired: 100 answered, 20 expired',
  );
  assert.equal(
    endWords(finished(rows({ succeeded: 100, cancelled: 20 }), { state: 'cancelled' }), l10n),
    'reviews.jsonl cancelled: 100 answered, 20 cancelled · $0.34',
  );
  assert.equal(
    endWords(job({ state: 'cancelled', parts: [part({ remote: null })] }), l10n),
    'reviews.jsonl cancelled',
  );
});

test('what is odd about answers is said with the end', () => {
  const message = '12 answers were cut off.';
  assert.equal(
    endWords(finished(rows(), { message }), l10n),
    `reviews.jsonl finished: 4,812 answered · $0.34. ${message}`,
  );
});

test('a refusal says the reason in the same line', () => {
  const message = 'The provider refused the file: invalid_json_line (line 3): Line is not JSON.';
  assert.equal(
    endWords(job({ state: 'failed', message }), l10n),
    `reviews.jsonl was not accepted. ${message}`,
  );
});

test('an unknown cost is not mentioned, never $0', () => {
  assert.equal(endWords(finished(rows(), { costUsd: null }), l10n), 'reviews.jsonl finished: 4,812 answered');
});

test('ages in the unit that says something', () => {
  const age = (minutes: number): string => ageWords(ago(minutes), now, l10n);
  assert.deepEqual([0, 59, 60, 47 * 60, 48 * 60].map(age), ['now', '59 min', '1 h', '47 h', '2 days']);
  assert.equal(age(-5), 'now', 'clocks differ');
});

test('the share of all that run together; none while no counts are known', () => {
  const half = job({
    id: 'b',
    parts: [part({ remote: remote({ counts: { total: 188, completed: 17, failed: 0 } }) })],
  });
  assert.deepEqual(runningWords([job(), half, finished()], l10n), {
    count: 2,
    words: '2 batches running',
    percent: '60 %',
  });
  assert.deepEqual(runningWords([job({ parts: [part({ remote: null })] })], l10n), {
    count: 1,
    words: '1 batch running',
    percent: null,
  });
  assert.equal(runningWords([finished()], l10n), null);
});
