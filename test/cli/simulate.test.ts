import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { outcomeOf, Workplace } from './command.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
});
after(() => place.dispose());

test('prints its URL first, answers there, and ends with a signal', async () => {
  const { url, child } = await place.simulate();
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  const answer = await fetch(`${url}/batches`);
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
  child.kill('SIGTERM');
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
});

test('--register tells the profile "simulator" where it is, until it ends', async () => {
  const { url, child } = await place.simulate(['--register']);
  const path = place.path('home/simulator.json');
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { url, pid: child.pid });
  child.kill('SIGINT');
  await new Promise((resolve) => child.once('exit', resolve));
  await assert.rejects(access(path));
});

test('a wrong fault, a wrong time and a port that is taken are refused in one sentence', async () => {
  const fault = await place.run(['simulate', '--faults', 'explode=1']);
  assert.equal(fault.code, 2);
  assert.match(fault.stderr, /^llm-batch: There is no fault "explode"; use one of .*\.\n$/);
  const time = await place.run(['simulate', '--latency', 'soon']);
  assert.equal(time.code, 2);
  const { url } = await place.simulate();
  const taken = await place.run(['simulate', '--port', new URL(url).port]);
  assert.equal(taken.code, 2);
  assert.equal(taken.stdout, '');
  assert.match(taken.stderr, /^llm-batch: Port \d+ is .*\.\n$/);
});

test('the help lists the faults', async () => {
  const { stdout } = await place.run(['simulate', '--help']);
  assert.match(stdout, /^Faults:\n {2}fail=/m);
});

test('lsp speaks the protocol over standard input and output', async () => {
  const child = place.start(['lsp', '--stdio'], { stdin: null });
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin?.write(`Content-Length: ${text.length}\r\n\r\n${text}`);
  };
  const ended = outcomeOf(child);
  const params = { processId: null, rootUri: null, capabilities: {} };
  send({ id: 1, method: 'initialize', params });
  child.stdout?.once('data', () => {
    send({ id: 2, method: 'shutdown' });
    send({ method: 'exit' });
  });
  const { code, stdout } = await ended;
  assert.match(stdout, /^Content-Length: \d+\r\n\r\n\{.*"textDocumentSync"/);
  assert.equal(code, 0);
  const silent = await place.run(['lsp']);
  assert.equal(silent.code, 2);
  assert.match(silent.stderr, /lsp --stdio/);
});
