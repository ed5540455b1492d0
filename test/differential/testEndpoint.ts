// The differential test of one endpoint: no valid request is refused, and faults are found on their line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Endpoint } from './endpoint.ts';
import { seed, tryFaults, tryValid, validCount } from './trial.ts';

/** Of each kind; an endpoint has eleven. */
const faultsOfKind = Math.ceil(validCount / 33);
/** Of all faults that the SDK's schema, or the rule of the line, refuses. */
const leastShare = 0.98;
/** No kind may hide behind the others. */
const leastShareOfKind = 0.9;

export function testEndpoint(endpoint: Endpoint): void {
  describe(endpoint.name, () => {
    test(`no error in ${validCount} valid requests`, (t) => {
      const { refused, unseen, requests, bytes } = tryValid(endpoint);
      t.diagnostic(`${requests} requests, ${(bytes / 1e6).toFixed(1)} MB, seed ${seed}`);
      assert.deepEqual(refused, []);
      // Rare alternatives within rare ones; a part of the schema that is never reached would be more.
      if (validCount >= 10_000) assert.ok(unseen.length <= 60, `never written: ${unseen.join(', ')}`);
    });

    test('faults are found on their line, and nowhere else', (t) => {
      const trials = tryFaults(endpoint, faultsOfKind);
      const sum = { made: 0, found: 0 };
      for (const { kind, made, found, missed, elsewhere } of trials) {
        sum.made += made;
        sum.found += found;
        if (made === 0) continue;
        t.diagnostic(`${kind}: ${found} of ${made}`);
        assert.deepEqual(elsewhere, [], `${kind}: errors on lines without fault`);
        assert.ok(
          found >= leastShareOfKind * made,
          `${kind}: ${found} of ${made} found\n${missed.join('\n')}`,
        );
      }
      t.diagnostic(`all: ${sum.found} of ${sum.made}, ${((100 * sum.found) / sum.made).toFixed(2)} %`);
      const missed = trials.flatMap((trial) => trial.missed).join('\n');
      assert.ok(sum.found >= leastShare * sum.made, `${sum.found} of ${sum.made} found\n${missed}`);
    });
  });
}
