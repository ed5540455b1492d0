import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { figureTable } from '../../cli/figureTables.ts';
import { chatLine, chatLines, Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('mini.jsonl'), chatLines(3));
  await writeFile(place.path('nova.jsonl'), `${chatLine('a', 'x', { model: 'gpt-99-nova' })}\n`);
});
after(() => place.dispose());

test('says tokens, both prices, the savings, and what they rest on', async () => {
  const { code, stdout } = await place.run(['estimate', 'mini.jsonl']);
  assert.equal(code, 0);
  assert.match(stdout, /^mini\.jsonl: 3 requests to gpt-5\.4-mini$/m);
  assert.match(stdout, /^ {2}input tokens +~?\d+ \((exact|estimated, within about \d+ %)\)$/m);
  assert.match(stdout, /^ {2}output tokens +up to 150$/m);
  assert.match(stdout, /^ {2}batch +~?\$\S+ input \+ up to \$\S+ output, in all up to/m);
  assert.match(stdout, /^ {2}batch saves +\$\S+ \(50 %\)$/m);
  assert.match(stdout, /^Prices of \d{4}-\d\d-\d\d, in US dollars\.$/m);
});

test('an unknown price is said in words, and is null in JSON', async () => {
  const text = await place.run(['estimate', 'nova.jsonl']);
  assert.equal(text.code, 0);
  assert.match(text.stdout, /^ {2}batch +price unknown$/m);
  assert.match(text.stdout, /^Price unknown: gpt-99-nova\.$/m);
  assert.doesNotMatch(text.stdout, /\$0/);
  const json = await place.run(['estimate', 'nova.jsonl', '--format', 'json']);
  const [file] = JSON.parse(json.stdout).files;
  assert.deepEqual(file.cost.batch, { input: null, outputMax: null });
  assert.equal(file.cost.savings, null);
  assert.equal(file.models[0].known, false);
});

test('the JSON of the contract, with --per-line', async () => {
  const { code, stdout } = await place.run(['estimate', '-', '--per-line', '--format', 'json'], {
    stdin: chatLines(2),
  });
  assert.equal(code, 0);
  const [file] = JSON.parse(stdout).files;
  assert.deepEqual([file.path, file.provider, file.requests], ['-', 'openai', 2]);
  assert.deepEqual(Object.keys(file.tokens), [
    ...['input', 'inputMethod', 'inputErrorPercent', 'outputMax', 'cacheableInput'],
  ]);
  assert.deepEqual(Object.keys(file.cost), ['currency', 'pricesAsOf', 'batch', 'sync', 'savings']);
  assert.deepEqual(
    file.lines.map((line: Record<string, unknown>) => [line.line, line.custom_id, line.outputMax]),
    [
      [1, 'r1', 50],
      [2, 'r2', 50],
    ],
  );
  const sum = file.lines.reduce((usd: number, line: { readonly batchUsd: number }) => usd + line.batchUsd, 0);
  assert.ok(Math.abs(sum - (file.cost.batch.input + file.cost.batch.outputMax)) < 1e-9);
});

test('--per-line as text: one line for each request', async () => {
  const { stdout } = await place.run(['estimate', 'mini.jsonl', '--per-line']);
  assert.match(stdout, /^line +input +output up to +batch up to +custom_id\n( +[123] .* r[123]\n){3}\n/);
});

test('--model prices the same requests elsewhere', async () => {
  const { code, stdout } = await place.run([
    ...['estimate', 'nova.jsonl', 'mini.jsonl', '--model', 'gpt-6-luna', '--format', 'json'],
  ]);
  assert.equal(code, 0);
  for (const file of JSON.parse(stdout).files) {
    assert.deepEqual(
      file.models.map(({ model, known }: Record<string, unknown>) => [model, known]),
      [['gpt-6-luna', true]],
    );
    assert.notEqual(file.cost.batch.input, null);
  }
});

test('lines that are no requests are counted and cost exit status 1', async () => {
  const { code, stdout } = await place.run(['estimate', '-'], { stdin: `${chatLine('a')}\n{"custom_id":\n` });
  assert.equal(code, 1);
  assert.match(stdout, /1 line is no request and is left out; "llm-batch check" says why\./);
});

test('a file that is not there costs exit status 2', async () => {
  const { code, stderr } = await place.run(['estimate', 'nowhere.jsonl']);
  assert.equal(code, 2);
  assert.equal(stderr, 'llm-batch: There is no file nowhere.jsonl; check the name.\n');
});

test('a table with long names fits the screen; figures are never cut', () => {
  const name = 'ft:gpt-4o-2024-08-06:some-organisation:a-purpose:Abc123';
  const rows = [
    [name, '1', '$0.00009'],
    ['gpt-6-luna', '12', '$0.0000036'],
  ];
  const head = ['model', 'requests', 'batch up to'];
  assert.ok(figureTable(head, rows, null)[1]?.includes(name));
  const lines = figureTable(head, rows, 60);
  for (const line of lines) assert.ok(line.length <= 60, line);
  assert.match(lines[1] ?? '', /^ {2}ft:gpt-4o-\S*…\S*:Abc123 +1 +\$0\.00009$/);
  assert.match(lines[2] ?? '', /^ {2}gpt-6-luna +12 +\$0\.0000036$/);
});
