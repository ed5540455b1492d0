// Random histories of jobs where requests are uploaded and batches carry a mark: whatever happens, one paid batch for each part and every row.
import { test } from 'node:test';
import { liveMany } from './manyHistories.ts';

for (const firstSeed of [1, 1_001, 2_001, 3_001]) {
  test(`85 histories from seed ${firstSeed}`, () => liveMany('openai', firstSeed, 85));
}
