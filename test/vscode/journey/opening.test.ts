// A person opens the examples: the window is there, quiet, and the packed extension with it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Workbench } from './driver.ts';

let workbench: Workbench;
before(async () => {
  workbench = await Workbench.open();
});
after(async () => {
  await workbench?.dispose();
});

test('a batch file opens, and nothing asks for anything', async () => {
  await workbench.waitFor('sideBar', 'reviews.jsonl');
  await workbench.openFile('reviews.jsonl');
  await workbench.waitFor('editor', 'kettle-0412');
  assert.equal(await workbench.read('notifications'), '');
  assert.equal(await workbench.read('dialog'), '');
});
