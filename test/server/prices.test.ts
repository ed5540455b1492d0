// Prices of people's own in an open file: settings, a project, a file of prices; what is wrong with them is said once.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openTemporaryFolder, type TemporaryFolder } from '#files';
import type { FileSummary } from '#server/protocol';
import { Editor } from './editor.ts';

let folder: TemporaryFolder;
let editor: Editor;
before(async () => {
  folder = await openTemporaryFolder();
  editor = await Editor.start();
});
after(async () => {
  await editor.stop();
  await folder.dispose();
});

const uriOf = (name: string): string => pathToFileURL(join(folder.path, name)).href;
const line = (model: string): string => {
  const body = { model, max_completion_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  return JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body });
};

async function hoverOn(uri: string, text: string, word: string): Promise<string> {
  const hover = await editor.hover(uri, 0, text.indexOf(word) + 2);
  return (hover?.contents as { readonly value: string } | undefined)?.value ?? '';
}

test('a price in the settings is that of the hover, the totals and the hint', async () => {
  const uri = uriOf('settings.jsonl');
  const text = line('gpt-5.4-mini');
  await editor.open(uri, `${text}\n`);
  const listed = (await editor.totals(uri)).estimate;
  await editor.settings({ prices: { 'gpt-5.4-mini': { input: 75, output: 450 } } });
  const { estimate } = await editor.summary(
    uri,
    (one): one is FileSummary =>
      one.provider !== null && !one.counting && one.estimate?.pricedBy === 'settings',
  );
  assert.equal(
    estimate?.batchUsd.outputMax?.toFixed(9),
    ((listed?.batchUsd.outputMax ?? 0) * 100).toFixed(9),
  );
  const card = await hoverOn(uri, text, 'gpt-5.4-mini');
  assert.match(card, /\| input \| \$37\.5 \| \$75 \|/);
  assert.match(
    card,
    /Priced by your settings; by the list that ships input is \$0\.375 and output \$2\.25 in a batch\./,
  );
  const [lens] = await editor.lenses(uri);
  assert.match(lens?.command?.title ?? '', / · your own prices/);
  await editor.settings({});
});

test('a model that only the project knows is no unknown one', async () => {
  await writeFile(
    join(folder.path, '.llm-batch.json'),
    JSON.stringify({ prices: { 'our-*': { input: 3, output: 12 } }, apiKey: 'x' }),
  );
  const uri = uriOf('project.jsonl');
  await editor.open(uri, `${line('our-tuned')}\n`);
  assert.deepEqual(await editor.problems(uri), []);
  const { estimate } = await editor.totals(uri);
  assert.deepEqual([estimate?.pricedBy, estimate?.batchUsd.outputMax], ['project', (100 * 6) / 1e6]);
  await editor.told(/\.llm-batch\.json: "apiKey" has no effect here/);
  assert.equal(editor.messages.filter((message) => message.includes('apiKey')).length, 1, 'once');
});

test('a file of prices that cannot be used is named, and changes nothing', async () => {
  await editor.settings({ priceFile: join(folder.path, 'gone.json') });
  await editor.told(/There is no file .*gone\.json; check the name\./);
  await editor.settings({});
});
