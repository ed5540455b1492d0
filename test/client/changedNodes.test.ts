// Which rows are drawn again after a change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedNodes } from '../../client/tree/changedNodes.ts';
import { finished, job, part, remote, treeOf } from './jobFixture.ts';

const other = finished(undefined, { id: 'b', name: 'b.jsonl' });
const before = treeOf({ jobs: [job(), other] });

test('nothing changed, nothing is drawn', () => {
  assert.deepEqual(changedNodes(before, treeOf({ jobs: [job(), other] })), []);
});

test('progress draws the row of that job only', () => {
  const further = part({ remote: remote({ counts: { total: 4812, completed: 4000, failed: 14 } }) });
  assert.deepEqual(changedNodes(before, treeOf({ jobs: [job({ parts: [further] }), other] })), ['job/a']);
});

test('another job in a group draws the group', () => {
  const third = job({ id: 'c' });
  assert.deepEqual(changedNodes(before, treeOf({ jobs: [third, job(), other] })), ['group/active']);
});

test('a new group draws everything', () => {
  assert.equal(changedNodes(before, treeOf({ jobs: [other] })), null);
  assert.equal(changedNodes([], before), null);
});
