// First lines of a document that does not come, comes sooner, or comes twice.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { configurationOf } from '#core';
import { Beginnings, type BeginningsHost } from '../../server/beginnings.ts';
import { today } from '../checking.ts';
import { requestLine } from '../files/batchFixture.ts';

const uri = 'file:///large.jsonl';
const good = `${requestLine('a')}\n`;
const bad = `${requestLine('b').slice(0, -1)}\n`;

interface World extends BeginningsHost {
  readonly done: string[];
  open: boolean;
}

function world(
  t: TestContext,
  own: Partial<BeginningsHost> = {},
): World & { readonly beginnings: Beginnings } {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const done: string[] = [];
  const host: World = {
    done,
    open: false,
    longestMs: 1000,
    today: () => today,
    configFor: async () => configurationOf(),
    isOpen: () => host.open,
    publish: ({ version }, { problems }) => done.push(`${version}: ${problems.map(({ code }) => code)}`),
    clear: (of) => done.push(`clear ${of}`),
    failed: (what) => done.push(what),
    ...own,
  };
  const beginnings = new Beginnings(host);
  t.after(() => beginnings.dispose());
  return Object.assign(host, { beginnings });
}

test('problems are shown once, whoever sends the first lines, and the client is told that there are some', async (t) => {
  const { beginnings, done } = world(t);
  const beginning = { uri, version: 1, text: good + bad };
  assert.deepEqual(await Promise.all([beginnings.show(beginning), beginnings.show(beginning)]), [true, true]);
  assert.deepEqual(done, ['1: json.invalid']);
  assert.equal(await beginnings.show({ uri, version: 2, text: good }), false);
  assert.equal(await beginnings.show({ uri, version: 3, text: 'no requests\n' }), false);
  assert.deepEqual(done, ['1: json.invalid', '2: ']);
});

test('where no document follows they are taken back, where one does they are left to it', async (t) => {
  const { beginnings, done } = world(t);
  await beginnings.show({ uri, version: 1, text: bad });
  await beginnings.show({ uri: 'file:///other.jsonl', version: 1, text: bad });
  beginnings.forget('file:///other.jsonl');
  t.mock.timers.tick(1000);
  assert.deepEqual(done, ['1: json.invalid', '1: json.invalid', `clear ${uri}`]);
  await beginnings.show({ uri, version: 1, text: bad });
  beginnings.dispose();
  t.mock.timers.tick(1000);
  assert.equal(done.length, 4, 'another try is shown again, and nothing is left running');
});

test('a document that is there sooner, even if it is closed again, is not spoken for', async (t) => {
  const host = world(t);
  const shown = host.beginnings.show({ uri, version: 1, text: bad });
  host.beginnings.forget(uri);
  assert.equal(await shown, false);
  host.open = true;
  assert.equal(await host.beginnings.show({ uri, version: 2, text: bad }), false);
  assert.deepEqual(host.done, []);
});

test('a failure is said', async (t) => {
  const { beginnings, done } = world(t, {
    configFor: () => Promise.reject(new Error('nobody expected this')),
  });
  assert.equal(await beginnings.show({ uri, version: 1, text: bad }), false);
  assert.deepEqual(done, ['The beginning of a document could not be checked']);
});
