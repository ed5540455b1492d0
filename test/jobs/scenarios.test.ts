// Histories of a provider's API as golden files: test/jobs/scenarios/X.json is what it says, X.txt beside it what comes of it.
// UPDATE_GOLDEN=1 writes the texts anew.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { play, type Scenario } from './scenario.ts';

const folder = fileURLToPath(new URL('./scenarios/', import.meta.url));
const names = readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []));
const isUpdate = process.env.UPDATE_GOLDEN === '1';

test('every golden text has its scenario', () => {
  const texts = readdirSync(folder).flatMap((name) => (name.endsWith('.txt') ? [name.slice(0, -4)] : []));
  assert.deepEqual(
    texts.filter((name) => !names.includes(name)),
    [],
  );
  assert.ok(names.length > 0);
});

for (const name of names) {
  test(`scenario ${name}`, async (context) => {
    const scenario = JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Scenario;
    assert.match(scenario.source, /documentation|captured/, 'it says where its shapes come from');
    const text = await play(context, scenario);
    if (isUpdate) writeFileSync(`${folder}${name}.txt`, text);
    assert.equal(text, readFileSync(`${folder}${name}.txt`, 'utf8'));
  });
}
