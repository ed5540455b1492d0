// Random histories of jobs where a batch is known by its name and what expired is gone: whatever happens, one paid batch for each part and every row.
import { test } from 'node:test';
import { liveMany } from './manyHistories.ts';

for (const firstSeed of [1, 1_001, 2_001, 3_001]) {
  test(`80 histories from seed ${firstSeed}`, () => liveMany('gemini', firstSeed, 80));
}
