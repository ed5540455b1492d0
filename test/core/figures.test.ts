import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUsd } from '#core';

test('dollars keep their cents and as many digits as say something', () => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, 'unknown'],
    [0, '$0'],
    [0.0000123, '$0.000012'],
    [0.06, '$0.06'],
    [0.0996, '$0.10'],
    [0.6, '$0.60'],
    [0.9996, '$1.00'],
    [1204.5, '$1,204.50'],
  ];
  for (const [usd, words] of cases) assert.equal(formatUsd(usd), words);
});
