// Files of any bytes: the check and its fixes end, throw nothing, list no more than asked, and leave other bytes alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configurationOf, safeEdits } from '#core';
import { checkFile, fixFile } from '#files';
import { today } from '../checking.ts';
import { apply } from '../core/fixing.ts';
import { type Chance, chanceOf } from '../differential/chance.ts';
import { seed } from '../differential/trial.ts';
import { folderFor } from '../files/batchFixture.ts';
import { randomFrom } from '../random.ts';
import { dialects, LineMaker, sourceOf } from './fuzzLines.ts';

const rounds = 40;
const config = configurationOf();

/** Bytes lost, changed, doubled or put in between, anywhere in a file. */
function spoilt(bytes: Buffer, chance: Chance): Buffer {
  let made = bytes;
  for (let times = chance.integer(0, 3); times > 0; times--) {
    const at = chance.integer(0, made.length);
    const noise = Buffer.from(Array.from({ length: chance.integer(0, 6) }, () => chance.integer(0, 255)));
    const put = chance.pick([
      noise,
      Buffer.from('\r\n'),
      Buffer.from('\n\n'),
      Buffer.from([0xef, 0xbb, 0xbf]),
      made.subarray(at, at + 40),
    ]);
    made = Buffer.concat([made.subarray(0, at), put, made.subarray(at + chance.integer(0, 4))]);
  }
  return made;
}

/** The lines of a file that is UTF-8 with plain line feeds; null for others, which are mended as a whole. */
function plainLines(bytes: Buffer): readonly string[] | null {
  if (
    bytes.includes(0x0d) ||
    bytes.includes(0) ||
    bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))
  )
    return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !text.includes('\ufffd') ? text.split('\n') : null;
}

for (const { provider, endpoints } of dialects.slice(0, 3)) {
  test(`${provider}: files of any bytes are checked and mended`, async (t) => {
    const chance = chanceOf(randomFrom(seed + 601));
    const maker = new LineMaker(endpoints, seed + 602, chance);
    const folder = folderFor(t);
    let compared = 0;
    for (let round = 0; round < rounds; round++) {
      const lines = Array.from({ length: chance.integer(1, 8) }, () => maker.line());
      const bytes = spoilt(Buffer.from(`${lines.join(chance.pick(['\n', '\n', '\r\n']))}\n`), chance);
      const path = folder.raw('x.jsonl', bytes);
      const checked = await checkFile(path, { provider, config, today, maxProblems: 5 });
      assert.ok(checked.report.problems.length <= 5);
      assert.equal(checked.report.sizeBytes, bytes.length);
      const fixing = await fixFile({ path, provider, config, today, write: true });
      assert.ok('applied' in fixing, JSON.stringify(fixing));
      const after = readFileSync(path);
      if (Object.keys(fixing.applied).length === 0) assert.deepEqual(after, bytes);
      const plain = plainLines(bytes);
      if (plain === null || checked.provider !== provider || fixing.refused !== null) continue;
      // As in an editor, byte for byte; blank lines at the end are no problem, and the editor's side here has none.
      compared++;
      const hasEnd = plain.at(-1) === '';
      const own = hasEnd ? plain.slice(0, -1) : plain;
      const expected = apply(own, safeEdits(sourceOf(own, provider), {}));
      assert.equal(
        after.toString('utf8').replace(/\n+$/, ''),
        expected.join('\n').replace(/\n+$/, ''),
        bytes.toString('utf8'),
      );
    }
    assert.ok(compared > rounds / 8, `only ${compared} compared`);
  });
}

test('bytes of no file at all', async (t) => {
  const chance = chanceOf(randomFrom(seed + 701));
  const folder = folderFor(t);
  for (let round = 0; round < 60; round++) {
    const bytes = Buffer.from(
      Array.from({ length: chance.integer(0, 3000) }, () => chance.integer(0, chance.pick([255, 127, 3]))),
    );
    const path = folder.raw('x.jsonl', bytes);
    const { report } = await checkFile(path, { provider: 'auto', config, today, maxProblems: 3 });
    assert.ok(report.problems.length <= 3);
    const fixing = await fixFile({ path, provider: 'auto', config, today, write: true });
    assert.ok('applied' in fixing);
    if (Object.keys(fixing.applied).length === 0) assert.deepEqual(readFileSync(path), bytes);
  }
});
