// Ids for lines whose own id others have too: free, no longer than they may be, and found quickly however alike they are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreeIds } from '../../core/fix/freeIds.ts';

test('thousands of ids that are cut to the same beginning cost a few questions each', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => `${'x'.repeat(58)}${String(i).padStart(6, '0')}`);
  const taken = new Set(ids);
  let asked = 0;
  const free = new FreeIds((id) => {
    asked++;
    return taken.has(id);
  });
  const given = ids.map((id) => free.take(id));
  assert.equal(new Set([...ids, ...given]).size, 10_000);
  assert.ok(given.every((id) => id.length <= 64));
  assert.equal(given[0], `${'x'.repeat(58)}0000-2`);
  assert.ok(asked < 10 * ids.length, `asked ${asked} times`);
});

test('endings go up, past those that other lines have', () => {
  const free = new FreeIds((id) => id === 'a' || id === 'a-3');
  assert.deepEqual(
    [free.first('a'), free.take('a'), free.take('a'), free.take('a'), free.take('b'), free.first('b')],
    ['a-2', 'a-2', 'a-4', 'a-5', 'b-2', 'b-3'],
  );
  assert.deepEqual([free.takeForLine(0), free.takeForLine(0)], ['request-1', 'request-1-2']);
});

test('an id that is too long already keeps all of itself, and no character is cut in two', () => {
  const free = new FreeIds(() => false);
  assert.equal(free.first('y'.repeat(65)), `${'y'.repeat(65)}-2`);
  assert.equal(free.first(`${'y'.repeat(61)}😀y`), `${'y'.repeat(61)}-2`);
});
