// A person mends a file with mistakes: the light bulb on a line, and from the question that submit asks to the plan.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Workbench } from './driver.ts';

const name = 'reviews-with-errors.jsonl';
let workbench: Workbench;
before(async () => {
  workbench = await Workbench.open();
});
after(async () => {
  await workbench?.dispose();
});

test('the light bulb says in words what it would change, and undo takes it back', async () => {
  await workbench.openFile(name);
  const before = await workbench.waitFor('codeLens', /\d+ errors/);
  await workbench.goTo(5, 20);
  await workbench.until('lightBulb', /kettle-0413-2/, () => workbench.page.keyboard.press('Control+.'));
  await workbench.screenshot('light-bulb');
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor('editor', '"kettle-0413-2"');
  await workbench.waitUntilGone('codeLens', before.match(/\d+ errors/)?.[0] ?? '-');
  await workbench.page.keyboard.press('Control+Z');
  await workbench.waitFor('codeLens', before.match(/\d+ errors/)?.[0] ?? '-');
});

test('submit offers what can be fixed beside what cannot', async () => {
  await workbench.runCommand('File: Save');
  await workbench.runCommand('LLM Batch: Submit');
  await workbench.waitFor('notifications', 'would make OpenAI reject the whole file');
  const shown = await workbench.waitFor('notifications', /Fix \d+/);
  assert.match(shown, /Show problems/);
  await workbench.screenshot('submit-fix');
  const onDisk = (): Promise<string> => readFile(join(workbench.folder, name), 'utf8');
  const unfixed = await onDisk();
  const errors = /\d+ errors/.exec(await workbench.waitFor('codeLens', /\d+ errors/))?.[0] ?? '';
  await workbench.pressInNotification('would make OpenAI reject', 'Fix ');
  await workbench.waitUntilGone('codeLens', errors);
  // What is left is said again: the file was checked once more, as it is on disk now.
  const left = await workbench.waitFor('notifications', 'would make OpenAI reject the whole file');
  assert.ok(!left.includes('Fix '), 'and nothing more can be fixed');
  const fixed = await onDisk();
  assert.notEqual(fixed, unfixed);
  assert.equal(fixed.split('\n').length, unfixed.split('\n').length);
  await workbench.screenshot('submit-fixed');
});
