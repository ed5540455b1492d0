// `check --fix` as a person uses it: what it says, what it writes, what it leaves.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chatLine, Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
});
after(() => place.dispose());

const slipped = [
  chatLine('a'),
  chatLine('a'),
  chatLine('a', 'another'),
  chatLine('b').replace('POST', 'post'),
  chatLine('c', '\u202e\u001b', { stream: true }),
  chatLine('d', 'x', { temperature: 9 }),
];
const mended = [
  slipped[0],
  chatLine('a-2', 'another'),
  chatLine('b'),
  chatLine('c', '\u202e\u001b'),
  slipped[5],
];
const text = (lines: readonly (string | undefined)[]): string => lines.map((line) => `${line}\n`).join('');

function write(name: string, content: string): void {
  writeFileSync(place.path(name), content);
}

function read(name: string): string {
  return readFileSync(place.path(name), 'utf8');
}

test('it mends what it can, says what, and lists what is left', async () => {
  write('x.jsonl', text(slipped));
  const { code, stdout, stderr } = await place.run(['check', '--fix', 'x.jsonl']);
  assert.equal(stderr, '');
  const [first, second] = stdout.split('\n');
  assert.equal(first, 'Fixed in x.jsonl: 1 body.not-in-batch, 2 id.duplicate, 1 request.method');
  assert.match(second ?? '', /^x\.jsonl:5:\d+ +error +body\.range/);
  assert.match(stdout, /1 error in 5 requests/);
  assert.equal(code, 1);
  assert.equal(read('x.jsonl'), text(mended));
  const again = await place.run(['check', '--fix', 'x.jsonl']);
  assert.equal(again.stdout.split('\n')[0], 'Nothing to fix in x.jsonl');
});

test('a dry run is a patch that git applies, and changes nothing', async () => {
  write('y.jsonl', text(slipped));
  const { code, stdout, stderr } = await place.run(['check', '--fix', '--dry-run', 'y.jsonl']);
  assert.equal(read('y.jsonl'), text(slipped));
  assert.equal(code, 1);
  assert.equal(stderr, 'Would fix in y.jsonl: 1 body.not-in-batch, 2 id.duplicate, 1 request.method\n');
  write('y.patch', stdout);
  execFileSync('git', ['apply', 'y.patch'], { cwd: place.folder, stdio: 'pipe' });
  assert.equal(read('y.jsonl'), text(mended));
});

test('standard input goes on to standard output, mended; the problems are said aside', async () => {
  const { code, stdout, stderr } = await place.run(['check', '--fix', '-'], { stdin: text(slipped) });
  assert.equal(stdout, text(mended));
  assert.match(stderr, /^Fixed in standard input: 1 body\.not-in-batch/);
  assert.match(stderr, /body\.range/);
  assert.equal(code, 1);
  const two = await place.run(['check', '--fix', '-', 'x.jsonl'], { stdin: '' });
  assert.equal(two.code, 2);
  assert.match(two.stderr, /name - alone/);
  const json = await place.run(['check', '--fix', '--format', 'json', '-'], { stdin: '' });
  assert.equal(json.code, 2);
});

test('JSON says what was mended, and what would be', async () => {
  write('z.jsonl', text(slipped));
  const fixed = { 'body.not-in-batch': 1, 'id.duplicate': 2, 'request.method': 1 };
  const dry = JSON.parse((await place.run(['check', '--dry-run', '--format', 'json', 'z.jsonl'])).stdout);
  assert.deepEqual(dry.files[0].fixed, fixed);
  assert.ok(dry.files[0].counts.error > 1);
  const done = JSON.parse((await place.run(['check', '--fix', '--format', 'json', 'z.jsonl'])).stdout);
  assert.deepEqual(done.files[0].fixed, fixed);
  assert.equal(done.files[0].counts.error, 1);
  const plain = JSON.parse((await place.run(['check', '--format', 'json', 'z.jsonl'])).stdout);
  assert.equal('fixed' in plain.files[0], false);
});

test('what a project switched off stays, and what cannot be mended is said', async () => {
  write('.llm-batch.json', '{"severity":{"id.duplicate":"off"}}');
  write('x.jsonl', text(slipped.slice(0, 3)));
  const off = await place.run(['check', '--fix', 'x.jsonl']);
  write('.llm-batch.json', '{}');
  assert.equal(off.stdout.split('\n')[0], 'Nothing to fix in x.jsonl');
  assert.equal(read('x.jsonl'), text(slipped.slice(0, 3)));
  write('array.jsonl', `[\n${slipped[0]},\n]\n`);
  const refused = await place.run(['check', '--fix', 'array.jsonl']);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /cannot be put on lines of their own: line 3, column 1: a comma before/);
  assert.match(refused.stdout, /json\.array-file/);
  const none = await place.run(['check', '--fix', 'none.jsonl']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /There is no file none\.jsonl/);
});

test('what check advises fits: one problem, all of them, some of them, bytes that no format is read from', async () => {
  const advice = async (content: string | Buffer): Promise<string> => {
    writeFileSync(place.path('advice.jsonl'), content);
    const { stdout } = await place.run(['check', 'advice.jsonl']);
    return /"llm-batch check --fix advice\.jsonl" mends (.*)\.\n$/.exec(stdout)?.[1] ?? 'nothing';
  };
  const clean = text([chatLine('a'), chatLine('b')]);
  assert.equal(await advice(`\ufeff${clean}`), 'it');
  assert.equal(await advice(Buffer.from(`\ufeff${clean}`, 'utf16le')), 'it');
  assert.equal(await advice(text([chatLine('a'), chatLine('a', 'another')])), 'them all');
  assert.equal(await advice(text(slipped)), '5 of these problems');
  assert.equal(await advice(text([chatLine('d', 'x', { temperature: 9 })])), 'nothing');
  assert.equal(await advice('# no batch file\n'), 'nothing');
});
