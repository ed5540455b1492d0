// A file of prices that anybody may name, also a repository that was cloned: read in bounds, refused in words, kept once read.
import assert from 'node:assert/strict';
import { mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configurationOf, modelFor, readConfiguration } from '#core';
import {
  estimateLines,
  findProjectConfig,
  openTemporaryFolder,
  previewPriceFile,
  priceFileWords,
  readPriceFile,
  type TemporaryFolder,
  withPrices,
} from '#files';
import { today } from '../checking.ts';

let folder: TemporaryFolder;
before(async () => {
  folder = await openTemporaryFolder();
});
after(() => folder.dispose());

const own = JSON.stringify({ prices: { 'gpt-6-luna': { input: 0.01, output: 0.05 } } });

async function file(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
}

async function project(config: object, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = join(folder.path, `project-${Math.abs(hash(JSON.stringify(config)))}`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, '.llm-batch.json'), JSON.stringify(config));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return join(path, 'requests.jsonl');
}

const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

test('what cannot be used is refused in one sentence with what to do', async () => {
  const big = await file('big.json', '');
  await truncate(big, 33_000_000);
  const cases: readonly (readonly [string, RegExp])[] = [
    [join(folder.path, 'none.json'), /^There is no file .*none\.json; check the name\.$/],
    [folder.path, /is a folder; name a file in it\.$/],
    [await file('words.json', 'hello {'), /words\.json is not JSON, so it prices nothing; correct it\.$/],
    [await file('other.json', '{"name": "x"}'), /other\.json is in no format of prices known here/],
    [await file('empty.json', '{"prices": {}}'), /empty\.json holds no price that can be used/],
    [
      await file('units.json', '{"gpt-6-luna": {"litellm_provider": "openai", "input_cost_per_token": 0.1}}'),
      /units\.json holds no price that can be used; left out: 1 with a price that is not understood\.$/,
    ],
    [big, /big\.json is larger than 32 MB/],
  ];
  for (const [path, words] of cases) {
    const { table, problems } = readPriceFile(path, 'file');
    assert.equal(table, null);
    assert.match(problems[0] ?? '', words);
  }
});

test('a device or a pipe is refused, not waited for', async () => {
  if (process.platform === 'win32') return;
  const link = join(folder.path, 'link.json');
  await symlink('/dev/zero', link);
  assert.match(readPriceFile(link, 'file').problems[0] ?? '', /no regular file/);
});

test('a byte order mark is no mistake', async () => {
  assert.notEqual(readPriceFile(await file('bom.json', `\ufeff${own}`), 'file').table, null);
});

test('it is read again only when it changed', async () => {
  const path = await file('kept.json', own);
  const first = readPriceFile(path, 'file');
  assert.equal(readPriceFile(path, 'file'), first);
  await writeFile(path, own.replace('0.01', '0.02'));
  await utimes(path, new Date(), new Date(Date.now() + 5000));
  const again = readPriceFile(path, 'file');
  assert.notEqual(again.table?.overridesJson, first.table?.overridesJson);
});

test('a link that leads to itself is said, by whomever it is named', async () => {
  const link = join(folder.path, 'circle.json');
  await symlink(link, link);
  const [ofSettings] = withPrices({ values: {}, priceFile: link, problems: [] }).problems;
  assert.match(ofSettings ?? '', /circle\.json cannot be read: its symbolic links lead round in a circle/);
  const project = join(folder.path, 'circle');
  await mkdir(project);
  await symlink(join(project, 'prices.json'), join(project, 'prices.json'));
  await writeFile(join(project, '.llm-batch.json'), '{"model": "m", "priceFile": "prices.json"}');
  const { values, problem } = await findProjectConfig(join(project, 'a.jsonl'));
  assert.match(problem ?? '', /prices\.json cannot be read: its symbolic links/);
  assert.equal(values.model, 'm');
});

test("a project's file is read again only when it changed, and its price file whenever that did", async () => {
  const project = join(folder.path, 'kept');
  await mkdir(project);
  const [config, prices] = [join(project, '.llm-batch.json'), join(project, 'prices.json')];
  await writeFile(prices, own);
  await writeFile(config, '{"prices": {"a": {"input": 1}}, "priceFile": "prices.json"}');
  const ask = async () => (await findProjectConfig(join(project, 'sub', 'a.jsonl'))).values;
  const first = await ask();
  assert.equal((await ask()).prices, first.prices);
  await writeFile(prices, own.replace('0.01', '0.0275'));
  assert.match((await ask()).priceFile?.overridesJson ?? '', /0\.0275/);
  await writeFile(config, '{"prices": {"a": {"input": 21}}}');
  const last = await ask();
  assert.equal(last.prices?.a?.input, 21);
  assert.equal(last.priceFile, undefined);
});

test('what was taken and left is said', async () => {
  const path = await file(
    'litellm.json',
    JSON.stringify({
      'gpt-6-luna': {
        litellm_provider: 'openai',
        mode: 'chat',
        input_cost_per_token: 1e-6,
        output_cost_per_token: 2e-6,
      },
      'dall-e-3': { litellm_provider: 'openai', mode: 'image_generation' },
    }),
  );
  assert.deepEqual(priceFileWords(readPriceFile(path, 'file', 'litellm.json')), [
    'litellm.json (LiteLLM) prices 1 model; left out: 1 with no price per token.',
  ]);
  const { changes } = previewPriceFile(path, today);
  assert.deepEqual(
    changes?.changed.map(({ model }) => model),
    ['gpt-6-luna'],
  );
});

test('a project names it relative to its .llm-batch.json, and is named where it decides', async () => {
  const path = await project({ priceFile: 'prices.json' }, { 'prices.json': own });
  const { values, problem } = await findProjectConfig(path);
  assert.equal(problem, null);
  const model = modelFor('gpt-6-luna', 'openai', configurationOf(values));
  assert.deepEqual([model?.standard?.input, model?.pricedBy], [0.01, 'project']);
});

test('a project cannot know what lies elsewhere', async () => {
  for (const priceFile of [
    '/etc/passwd',
    '\\\\server\\share\\p.json',
    'C:p.json',
    'https://example.com/p.json',
    'file:///p.json',
  ]) {
    const { values, problem } = await findProjectConfig(await project({ priceFile }));
    assert.equal(values.priceFile, undefined);
    assert.match(problem ?? '', /"priceFile" must be a path relative to the file it stands in/);
  }
});

test('a file that is wrong leaves the rest of the project as it is', async () => {
  const { values, problem } = await findProjectConfig(await project({ priceFile: 'gone.json', model: 'm' }));
  assert.equal(values.model, 'm');
  assert.match(problem ?? '', /There is no file .*gone\.json; check the name\./);
});

test('settings name it by a whole path', async () => {
  const path = await file('mine.json', own);
  const { values } = withPrices(readConfiguration({ priceFile: path }));
  assert.equal(modelFor('gpt-6-luna', 'openai', configurationOf(values))?.pricedBy, 'file');
  const { values: none, problems } = withPrices(readConfiguration({ priceFile: 'mine.json' }));
  assert.equal(none.priceFile, undefined);
  assert.match(problems[0] ?? '', /must be a whole path/);
});

test('the key of a list reaches the workers as it is', async () => {
  const path = await file('worker.json', own);
  const { table } = readPriceFile(path, 'file');
  const config = structuredClone(configurationOf({ priceFile: table }));
  const texts = [
    JSON.stringify({
      ...{ custom_id: 'a', method: 'POST', url: '/v1/chat/completions' },
      body: { model: 'gpt-6-luna', max_completion_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
    }),
  ];
  const [estimate] = await estimateLines({ texts, today, provider: 'openai', config });
  assert.equal(estimate?.batchUsd.outputMax, (100 * 0.025) / 1e6);
  assert.equal(estimate?.pricedBy, 'file');
  assert.equal(estimate?.listedBatchUsd?.outputMax, (100 * 0.25) / 1e6);
});

test('a project that names a model nobody knows is told so', async () => {
  const path = await project({ prices: { 'my-*': { sameAs: 'gpt-4o-minii' }, b: { sameAs: 'gpt-6-luna' } } });
  const { problem } = await findProjectConfig(path);
  assert.match(problem ?? '', /: "prices" of "my-\*": "sameAs" names no model of the list that ships\.$/);
});
