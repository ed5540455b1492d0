// What a killed process left behind is removed by the next; what lives, or is not ours, stays.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openTemporaryFolder } from '#files';

let place: string;
before(async () => {
  place = await mkdtemp(join(tmpdir(), 'temporary-'));
});
after(() => rm(place, { recursive: true, force: true }));

test('a folder is private, and gone when it is disposed', async () => {
  const folder = await openTemporaryFolder(place);
  assert.equal((await stat(folder.path)).mode & 0o777, 0o700);
  await writeFile(join(folder.path, 'stdin.jsonl'), '{}');
  await folder.dispose();
  assert.deepEqual(await readdir(place), []);
});

test('the folder of a process that is no more goes, that of a living one and a stranger stay', async () => {
  const living = await openTemporaryFolder(place);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const left = basename(living.path).replace(`-${process.pid}-`, `-${pid}-`);
  await mkdir(join(place, left));
  await writeFile(join(place, left, 'stdin.jsonl'), '{}');
  const stranger = basename(living.path).replace(/-[^-]+-\d+-/, `-elsewhere-${pid}-`);
  await mkdir(join(place, stranger));
  const next = await openTemporaryFolder(place);
  assert.deepEqual(
    (await readdir(place)).sort(),
    [basename(living.path), basename(next.path), stranger].sort(),
  );
});
