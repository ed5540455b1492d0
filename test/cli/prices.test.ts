// Whose prices hold in a terminal: --prices, a project's own, --compare; and that no project's price stretches a budget.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chatLine, chatLines, Workplace } from './command.ts';

const cheap = JSON.stringify({ prices: { 'gpt-5.4-mini': { input: 0.001, output: 0.002 } } });

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('a.jsonl'), chatLines(20));
  await writeFile(place.path('cheap.json'), cheap);
  await mkdir(place.path('cloned'));
  await writeFile(join(place.path('cloned'), 'a.jsonl'), chatLines(20));
  await writeFile(join(place.path('cloned'), 'prices.json'), cheap);
  await writeFile(
    join(place.path('cloned'), '.llm-batch.json'),
    JSON.stringify({ priceFile: 'prices.json' }),
  );
});
after(() => place.dispose());

test('--prices says what it took, and whose price it is', async () => {
  const { code, stdout, stderr } = await place.run(['estimate', 'a.jsonl', '--prices', 'cheap.json']);
  assert.equal(code, 0);
  assert.equal(stderr, 'cheap.json prices 1 model.\n');
  assert.match(
    stdout,
    /^gpt-5\.4-mini has its price from the file of prices; by the list that ships it is up to \$\S+\.$/m,
  );
  const json = await place.run(['estimate', 'a.jsonl', '--prices', 'cheap.json', '--format', 'json']);
  const [{ prices, cost }] = JSON.parse(json.stdout).files[0].models;
  assert.equal(prices.by, 'file');
  assert.equal(cost.sync.outputMax, (20 * 50 * 0.002) / 1e6);
  assert.equal(prices.listed.outputMax, (20 * 50 * 2.25) / 1e6);
});

test('a file of prices that cannot be used ends the command, in one sentence', async () => {
  for (const [name, words] of [
    ['none.json', /^llm-batch: There is no file .*none\.json; check the name\.\n$/],
    ['a.jsonl', /^llm-batch: a\.jsonl is not JSON, so it prices nothing; correct it\.\n$/],
  ] as const) {
    const { code, stdout, stderr } = await place.run(['estimate', 'a.jsonl', '--prices', name]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, words);
  }
});

test('a project’s price is named, and --prices goes before it', async () => {
  const { stdout } = await place.run(['estimate', 'cloned/a.jsonl']);
  assert.match(stdout, /^gpt-5\.4-mini has its price from the project's \.llm-batch\.json; by the list/m);
  const json = await place.run([
    ...['estimate', 'cloned/a.jsonl', '--prices', 'cheap.json', '--format', 'json'],
  ]);
  assert.equal(JSON.parse(json.stdout).files[0].models[0].prices.by, 'file');
});

test('a project that makes a model cheap does not stretch --max-cost', async () => {
  const { url } = await place.simulate();
  const submit = (file: string, most: string) =>
    place.run(['submit', file, '--base-url', url, '--yes', '--max-cost', most]);
  const { code, stderr } = await submit('cloned/a.jsonl', '0.0005');
  assert.equal(code, 4);
  assert.match(stderr, /^ {2}gpt-5\.4-mini has its price from the project's \.llm-batch\.json; by the list/m);
  assert.match(
    stderr,
    /^Nothing was sent: it can cost \$\S+ without what \.llm-batch\.json says, more than the \$0\.0005 of/m,
  );
  assert.equal((await submit('cloned/a.jsonl', '1')).code, 0);
});

test('a project that counts few tokens does not stretch --max-cost', async () => {
  await mkdir(place.path('few'));
  await writeFile(join(place.path('few'), '.llm-batch.json'), '{"calibration":{"*":0.05}}');
  // The framing of gpt-6-luna is estimated, so that a calibration takes.
  const body = {
    model: 'gpt-6-luna',
    max_completion_tokens: 1,
    messages: [{ role: 'user', content: 'word '.repeat(2000) }],
  };
  const line = { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body };
  await writeFile(join(place.path('few'), 'a.jsonl'), `${JSON.stringify(line)}\n`);
  const { url } = await place.simulate();
  const { code, stderr } = await place.run([
    ...['submit', 'few/a.jsonl', '--base-url', url, '--yes', '--max-cost', '0.00005'],
  ]);
  assert.equal(code, 4);
  assert.match(
    stderr,
    /^ {2}gpt-6-luna: its tokens are corrected by the project's \.llm-batch\.json; without that/m,
  );
  assert.match(stderr, /^Nothing was sent: it can cost \$0\.0001\d* without what \.llm-batch\.json says/m);
});

test('of a model without a batch price the one at once is known; lines without a model want one', async () => {
  const xai = `${chatLine('a', 'x', { model: 'grok-4.5' })}\n`;
  const { stdout } = await place.run(['estimate', '-', '--provider', 'xai'], { stdin: xai });
  assert.match(stdout, /^ {2}sync +~\$/m);
  assert.match(stdout, /^Price in a batch unknown: grok-4\.5\.$/m);
  const gemini = '{"key":"a","request":{"contents":[{"parts":[{"text":"Hello"}]}]}}\n';
  const { stdout: unnamed } = await place.run(['estimate', '-'], { stdin: gemini });
  assert.match(unnamed, /^Price unknown: requests without a model; --model MODEL prices them\.$/m);
});

test('--compare: the file as it is, then as if to each model, others’ too', async () => {
  const { code, stdout } = await place.run([
    ...['estimate', 'a.jsonl', '--compare', 'gpt-6-luna, claude-haiku-5-5,nobody'],
  ]);
  assert.equal(code, 0);
  const table = stdout.split('\n\n')[1] ?? '';
  assert.match(table, /^ {2}model +input +output up to +batch up to +sync up to +batch ×\n {2}as it is /);
  assert.match(table, /^ {2}claude-haiku-5-5 +~\S+ +\S+ +~\$\S+ +~\$\S+ +\d/m);
  assert.match(table, /^ {2}nobody .* unknown +unknown +\?$/m);
  assert.match(stdout, /^Not in the list of models: nobody\.$/m);
  for (const line of table.split('\n')) assert.ok(line.length <= 80, line);
});

test('--compare in JSON, additive', async () => {
  const { stdout } = await place.run(
    [...['estimate', '-', '--compare', 'gpt-6-luna,gpt-5.4-mini', '--format', 'json']],
    { stdin: chatLines(3) },
  );
  const [file] = JSON.parse(stdout).files;
  assert.deepEqual(
    file.comparison.map(({ model, requests }: Record<string, unknown>) => [model, requests]),
    [
      ['gpt-6-luna', 3],
      ['gpt-5.4-mini', 3],
    ],
  );
  assert.deepEqual(file.comparison[1].cost, file.models[0].cost);
});

test('--compare wants models, and not too many', async () => {
  assert.equal((await place.run(['estimate', 'a.jsonl', '--compare', ' , '])).code, 2);
  const many = Array.from({ length: 21 }, (_, i) => `m${i}`).join(',');
  const { code, stderr } = await place.run(['estimate', 'a.jsonl', '--compare', many]);
  assert.equal(code, 2);
  assert.match(stderr, /At most 20 models/);
});

test('what stands in .llm-batch.json and has no effect is said, and keys are never repeated', async () => {
  const folder = place.path('wrong');
  await mkdir(folder);
  await writeFile(join(folder, 'a.jsonl'), chatLines(1));
  await writeFile(
    join(folder, '.llm-batch.json'),
    JSON.stringify({ apiKey: 'sk-proj-secret', priceFile: '/etc/hostname', prices: { m: { inptu: 1 } } }),
  );
  const { code, stderr } = await place.run(['estimate', 'wrong/a.jsonl']);
  assert.equal(code, 0);
  assert.match(stderr, /"apiKey" has no effect here/);
  assert.match(stderr, /"prices" of "m": "inptu" is none of the fields/);
  assert.match(stderr, /"priceFile" must be a path relative to the file it stands in/);
  assert.doesNotMatch(stderr, /secret/);
});
