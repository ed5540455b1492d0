// Nothing hostile is ever paid for: `submit --yes` says one clear thing, and the provider has heard nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chatLine, Workplace } from '../cli/command.ts';
import { hostileInputs } from './inputs.ts';

const place = await Workplace.create();
after(() => place.dispose());
let url = '';
before(async () => {
  ({ url } = await place.simulate(['--latency', '0']));
});

const forbidder = new URL('forbidFile.ts', import.meta.url).href;
const contentOf = (name: string): string | Uint8Array =>
  hostileInputs.find((input) => input.name === name)?.content() ?? '';

for (const { what, name, make, code, says } of [
  {
    what: 'a folder',
    name: 'folder',
    make: (path) => mkdirSync(path),
    code: 2,
    says: /is a folder; name a file in it/,
  },
  {
    what: 'a pipe',
    name: 'pipe.jsonl',
    make: (path) => spawnSync('mkfifo', [path]),
    code: 2,
    says: /is no regular file/,
  },
  {
    what: 'a link to a device',
    name: 'device.jsonl',
    make: (path) => symlinkSync('/dev/zero', path),
    code: 2,
    says: /is no regular file/,
  },
  {
    what: 'a file that may not be read',
    name: 'forbidden.jsonl',
    make: (path) => writeFileSync(path, chatLine('a')),
    code: 2,
    says: /access is denied/,
  },
  { what: 'an empty name', name: '', code: 2, says: /The name of a file is empty/ },
  ...(['mark', 'utf16le', 'latin1', 'lone-cr', 'empty', 'array', 'deep-unclosed'] as const).map((input) => ({
    what: `a file of the kind ${input}`,
    name: `${input}.jsonl`,
    make: (path: string) => writeFileSync(path, contentOf(input)),
    code: 4,
    says: /./,
  })),
] as readonly {
  readonly what: string;
  readonly name: string;
  readonly make?: (path: string) => void;
  readonly code: number;
  readonly says: RegExp;
}[]) {
  test(`${what} is not sent`, async () => {
    make?.(place.path(name));
    const outcome = await place.run(['submit', name, '--yes', '--base-url', url], {
      env: { NODE_OPTIONS: `--import=${forbidder}` },
    });
    assert.equal(outcome.code, code, outcome.stdout + outcome.stderr);
    assert.match(outcome.stderr, says);
    assert.doesNotMatch(outcome.stderr, /^\s+at |Something unexpected/m);
    const headers = { authorization: 'Bearer sk-test' };
    for (const kind of ['files', 'batches']) {
      const answer = (await (await fetch(`${url}/${kind}`, { headers })).json()) as {
        readonly data: unknown[];
      };
      assert.deepEqual(answer.data, []);
    }
  });
}

test('no record of a job was left', async () => {
  const { stdout } = await place.run(['jobs', '--format', 'json']);
  assert.deepEqual(JSON.parse(stdout).jobs, []);
});
