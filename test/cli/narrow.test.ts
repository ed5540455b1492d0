// Does a table stay on a narrow screen? What tells its rows apart comes first and stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemoteListing } from '#jobs';
import { remoteTable } from '../../cli/remoteWords.ts';

test('a list of remote batches leaves out its last columns where the screen is narrow', () => {
  const listing = {
    job: null,
    batch: {
      name: 'llm-batch/20261121-212942-5p38/1/1',
      mark: null,
      remote: {
        batchId: 'batches/681ce160d6a9cd54f161ecdd6d3f1a31c2bd',
        status: 'completed',
        counts: { total: 12, completed: 12, failed: 0 },
        createdAt: '2026-11-21T21:29:42Z',
      },
    },
  } as unknown as RemoteListing;
  const now = Date.parse('2026-11-21T21:30:00Z');
  assert.match(remoteTable([listing], now).join('\n'), /llm-batch\/20261121/);
  const narrow = remoteTable([listing], now, 70);
  assert.ok(
    narrow.every(({ length }) => length <= 70),
    narrow.join('\n'),
  );
  assert.match(narrow.join('\n'), /681ce160d6a9cd54f161ecdd6d3f1a31c2bd +completed +12/);
});
