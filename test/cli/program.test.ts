import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Workplace } from './command.ts';

const verbs = [
  ...['check', 'estimate', 'submit', 'jobs', 'status', 'watch', 'cancel', 'download'],
  ...['split', 'merge', 'retry', 'simulate', 'doctor', 'lsp'],
];

let place: Workplace;
before(async () => {
  place = await Workplace.create();
});
after(() => place.dispose());

test('--help names every verb and the exit statuses', async () => {
  const { code, stdout, stderr } = await place.run(['--help']);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  for (const verb of verbs) assert.match(stdout, new RegExp(`^  ${verb} +\\S`, 'm'));
  for (const status of [0, 1, 2, 3, 4]) assert.match(stdout, new RegExp(`^  ${status}  `, 'm'));
});

test('the help of every verb has examples that begin with it', async () => {
  const helps = await Promise.all(verbs.map((verb) => place.run([verb, '--help'])));
  for (const [index, verb] of verbs.entries()) {
    assert.equal(helps[index]?.code, 0, verb);
    assert.match(helps[index]?.stdout ?? '', new RegExp(`^Examples:\\n  \\$ llm-batch ${verb}`, 'm'), verb);
  }
  const { stdout } = await place.run(['help', 'merge']);
  assert.match(stdout, /Usage: llm-batch merge \[options\] <requests> <results\.\.\.>/);
});

test('--version is that of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const { code, stdout } = await place.run(['--version']);
  assert.equal(code, 0);
  assert.equal(stdout, `${manifest.version}\n`);
});

const misuse: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no verb', [], /Usage: llm-batch/],
  [
    'an unknown verb, with the one that was meant',
    ['chekc'],
    /Unknown command 'chekc'[\s\S]*Did you mean check/,
  ],
  ['an unknown option', ['check', '--fixx', 'a.jsonl'], /Unknown option '--fixx'/],
  ['a missing file', ['check'], /Missing required argument 'file'/],
  [
    'an unknown format',
    ['check', '--format', 'xml', 'a.jsonl'],
    /Allowed choices are text, json, sarif, github/,
  ],
  ['a number that is none', ['check', '--max-problems', 'many', 'a.jsonl'], /must be a whole number/],
  ['an amount that is none', ['submit', '--max-cost', 'cheap', 'a.jsonl'], /must be an amount in US dollars/],
  ['metadata without a value', ['submit', '--metadata', 'x', 'a.jsonl'], /must be written key=value/],
  ['metadata too long', ['submit', '--metadata', `x=${'y'.repeat(513)}`, 'a.jsonl'], /At most 13 pairs/],
  ['one file too many', ['submit', 'a.jsonl', 'b.jsonl'], /Too many arguments/],
];

for (const [name, args, said] of misuse) {
  test(`exit status 2 for ${name}`, async () => {
    const { code, stdout, stderr } = await place.run(args);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
}

test('what was typed is shown without its control characters', async () => {
  const { code, stderr } = await place.run(['\u001b[2Jcheck']);
  assert.equal(code, 2);
  assert.match(stderr, /\\u001b\[2Jcheck/);
  assert.ok(!stderr.includes('\u001b'));
});

test('a failure is one sentence; LLM_BATCH_DEBUG=1 says where it came from', async () => {
  const args = ['check', 'nowhere.jsonl'];
  const plain = await place.run(args);
  assert.equal(plain.code, 2);
  assert.equal(plain.stderr, 'llm-batch: There is no file nowhere.jsonl; check the name.\n');
  const debug = await place.run(args, { env: { LLM_BATCH_DEBUG: '1' } });
  assert.equal(debug.code, 2);
  assert.match(debug.stderr, /\nError: ENOENT: /);
});

test('a reader that goes away is no failure', async () => {
  const child = place.start(['--help']);
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0);
  assert.equal(stderr, '');
});
