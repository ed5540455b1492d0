import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { chatLine, chatLines, Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
});
after(() => place.dispose());

let folder = '';
let count = 0;
beforeEach(async () => {
  folder = `f${count++}`;
  await mkdir(place.path(folder));
});

const named = (name: string): string => join(folder, name);
const put = (name: string, content: string): Promise<void> => writeFile(place.path(named(name)), content);
const get = (name: string): Promise<string> => readFile(place.path(named(name)), 'utf8');

test('split: parts beside the file, a table of them, and what to do next', async () => {
  await put('a b.jsonl', chatLines(5));
  const { code, stdout, stderr } = await place.run(['split', named('a b.jsonl'), '--max-requests', '2']);
  assert.equal(stderr, '');
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^f\d+\/a b\.jsonl: 5 requests, 860 bytes, in 3 parts of at most 2 requests and 200 MB each\n/,
  );
  assert.match(stdout, /\n {2}f\d+\/a b\.part-02\.jsonl +3 to 4 +2 +344 bytes\n/);
  assert.match(stdout, /a b\.part-03\.jsonl +5 +1 +172 bytes\n/);
  assert.match(stdout, /\nNext, one part after the other: llm-batch submit 'f\d+\/a b\.part-01\.jsonl'\n/);
  assert.match(stdout, /llm-batch merge 'f\d+\/a b\.jsonl' 'f\d+\/a b\.part-'\*\.results\.jsonl\n$/);
  const names = (await readdir(place.path(folder))).sort();
  assert.deepEqual(names, ['a b.jsonl', 'a b.part-01.jsonl', 'a b.part-02.jsonl', 'a b.part-03.jsonl']);
  const parts = await Promise.all(names.slice(1).map(get));
  assert.equal(parts.join(''), chatLines(5));
  assert.equal(parts[1], chatLines(4).split('\n').slice(2).join('\n'));
});

test('by tokens, into another folder, as JSON', async () => {
  const texts = [1, 2, 3, 4, 5, 6].map((n) => chatLine(`r${n}`, 'word '.repeat(20 * n)));
  await put('a.jsonl', `${texts.join('\n')}\n\n`);
  const out = place.path(named('new/parts'));
  const args = ['split', named('a.jsonl'), '-o', out, '--max-tokens', '130', '--format', 'json'];
  const { code, stdout } = await place.run(args);
  assert.equal(code, 0);
  const document = JSON.parse(stdout);
  assert.deepEqual([document.provider, document.lines, document.requests], ['openai', 7, 6]);
  assert.deepEqual(document.limits, {
    ...{ requests: 50_000, bytes: 200_000_000, tokens: 130, embedding_inputs: 50_000 },
  });
  let line = 0;
  for (const { path, first_line: first, last_line: last, tokens, bytes } of document.parts) {
    assert.equal(first, line + 1);
    assert.ok(tokens > 0 && tokens <= 130);
    assert.equal((await readFile(path)).length, bytes);
    line = last;
  }
  assert.equal(line, 7);
  assert.deepEqual([document.passed, document.removed], [[], []]);
});

test('a request that is too large by itself: a part of its own, in words, exit status 1', async () => {
  await put('a.jsonl', `${chatLine('r1')}\n${chatLine('r2', 'long '.repeat(200))}\n${chatLine('r3')}\n`);
  const { code, stdout } = await place.run(['split', named('a.jsonl'), '--max-bytes', '0.5kB']);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /Line 2 alone has 1,\d+ bytes, more than the 500 that were asked for; f\d+\/a\.part-02\.jsonl has no other request\./,
  );
  const json = await place.run(['split', named('a.jsonl'), '--max-bytes', '500', '--format', 'json']);
  assert.equal(json.code, 1);
  const { passed } = JSON.parse(json.stdout);
  assert.deepEqual([passed.length, passed[0].part, passed[0].line, passed[0].limit], [1, 2, 2, 'bytes']);
});

test('a queue that the project has set cuts without being asked for, and says what alone does not fit', async () => {
  await put('.llm-batch.json', JSON.stringify({ limits: { queueTokens: { 'gpt-5.4-mini': 60 } } }));
  await put('a.jsonl', `${chatLines(6)}${chatLine('big', 'word '.repeat(90))}\n`);
  const { code, stdout } = await place.run(['split', named('a.jsonl')]);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /Line 7 alone has \d+ input tokens, more than the 60 that your "limits\.queueTokens" lets wait in the queue; \S+ will be refused/,
  );
  assert.ok(Number(/in (\d+) parts/.exec(stdout)?.[1]) >= 3);
});

test('standard input is named after itself; limits above those of the provider are said', async () => {
  const { code, stdout } = await place.run(['split', '-', '-o', place.path(folder)], { stdin: chatLines(3) });
  assert.equal(code, 0);
  assert.match(stdout, /^Standard input: 3 requests/);
  assert.doesNotMatch(stdout, /merge/);
  assert.equal(await get('stdin.part-01.jsonl'), chatLines(3));
  await put(
    'b.jsonl',
    `${'{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{}}\n'.repeat(50_001)}`,
  );
  const many = await place.run(['split', named('b.jsonl'), '--max-requests', '60000']);
  assert.equal(many.code, 0);
  assert.match(many.stdout, /OpenAI takes 50,000 requests in one file; parts with more will be refused\./);
});

test('what could not be done: exit status 2, one sentence, and nothing written', async () => {
  await put('foreign.jsonl', '{"a":1}\n');
  await put('a.jsonl', chatLines(3));
  await put('a.part-07.jsonl', 'mine\n');
  await put('array.jsonl', '[\n{}\n]\n');
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [/Nothing in the file says whose requests these are; give --max-requests/, [named('foreign.jsonl')]],
    [/No limits of the server are known; give --max/, [named('a.jsonl'), '--provider', 'openai-compatible']],
    [/array\.jsonl is no folder; name another\./, [named('a.jsonl'), '-o', place.path(named('array.jsonl'))]],
    [/a\.part-07\.jsonl is already there and is no part of this file/, [named('a.jsonl')]],
    [/array\.jsonl is a JSON array; write each request on a line of its own/, [named('array.jsonl')]],
    [/There is no file .*nowhere\.jsonl; check the name\./, [named('nowhere.jsonl')]],
    [/must be a whole number, and at least 1/, [named('a.jsonl'), '--max-requests', '0']],
    [/must be a size, such as/, [named('a.jsonl'), '--max-bytes', '12 potatoes']],
  ];
  const before = (await readdir(place.path(folder))).sort();
  const outcomes = await Promise.all(cases.map(([, args]) => place.run(['split', ...args])));
  for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, cases[index]?.[0] ?? /never/);
  }
  assert.equal((await place.run(['split', named('a.jsonl'), '--format', 'json'])).code, 2);
  assert.deepEqual((await readdir(place.path(folder))).sort(), before);
  assert.equal(await get('a.part-07.jsonl'), 'mine\n');
});
