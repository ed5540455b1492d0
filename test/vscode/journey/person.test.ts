// The journey of a person, from an open file to merged results and a retry, with pictures of what they see.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Simulator } from '#simulator';
import { beginBatches, endBatches, holdSimulator } from '../heldSimulator.ts';
import { Workbench } from './driver.ts';

let workbench: Workbench;
let simulator: Simulator;
before(async () => {
  workbench = await Workbench.open({
    prepare: async (home) => {
      simulator = await holdSimulator(home, 'fail=12%,seed=5');
    },
  });
});
after(async () => {
  await workbench?.dispose();
  await simulator?.dispose();
});

interface Row {
  readonly custom_id: string;
  readonly status: string;
  readonly attempt: number;
}

async function rows(): Promise<readonly Row[]> {
  const text = await readFile(join(workbench.folder, 'reviews.results.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

test('before anything was submitted the sidebar says how to begin', async () => {
  await workbench.showContainer('LLM Batch');
  await workbench.waitFor('sideBar', 'No batches yet');
  await workbench.screenshot('sidebar-empty');
});

test('an open file shows what each request and the whole will cost', async () => {
  await workbench.openFile('reviews.jsonl');
  await workbench.waitFor('codeLens', /24 requests · gpt-6-luna · ~[\d,.]+( k)? tokens in · batch ~\$0\.\d+/);
  await workbench.waitFor('editor', /"kettle-0412" ?~\d+ tok \$0\.0\d+/);
  await workbench.screenshot('file-dark');
  await workbench.goTo(1, 16);
  await workbench.hoverAtCursor(/tokens/);
  await workbench.screenshot('hover-figures');
  await workbench.page.keyboard.press('Escape');
});

test('a file with errors shows them in their places, in words', async () => {
  await workbench.openFile('reviews-with-errors.jsonl');
  await workbench.runCommand('View: Focus Problems');
  const problems = await workbench.waitFor('panel', 'did you mean "max_completion_tokens"?');
  assert.match(problems, /is also on line 5/);
  await workbench.screenshot('problems');
  await workbench.runCommand('View: Toggle Panel Visibility');
});

test('a file that the provider would refuse is not sent', async () => {
  await workbench.runCommand('LLM Batch: Submit');
  await workbench.waitFor('notifications', 'would make OpenAI reject the whole file');
  await workbench.screenshot('submit-blocked');
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('one plan, one yes, and the batch runs in the sidebar', async () => {
  await workbench.openFile('reviews.jsonl');
  await workbench.waitFor('codeLens', /24 requests .* batch ~\$/);
  const plan = await workbench.clickLens('Submit', {
    region: 'dialog',
    text: 'Submit reviews.jsonl to the simulator?',
  });
  assert.match(plan, /24 requests in 1 part/);
  await workbench.screenshot('plan');
  await workbench.pressInDialog('Submit');
  await workbench.waitFor('sideBar', /reviews\.jsonl/);
  await workbench.waitFor('sideBar', /validating/);
  beginBatches();
  await workbench.waitFor('sideBar', /in progress/);
  await workbench.screenshot('sidebar-running');
});

test('the window closes and opens, and the batch goes on to its end', async () => {
  await workbench.reload();
  await workbench.showContainer('LLM Batch');
  await workbench.waitFor('sideBar', /in progress/);
  endBatches();
  await workbench.waitFor('notifications', /reviews\.jsonl finished: \d+ answered, \d+ failed/);
  await workbench.waitFor('sideBar', /done with \d+ failed/);
  await workbench.screenshot('finished');
});

test('the results open beside the source', async () => {
  await workbench.openFile('reviews.jsonl');
  await workbench.pressInNotification('reviews.jsonl finished', 'Open results');
  await workbench.waitFor('tabs', 'reviews.results.jsonl');
  await workbench.waitFor('editors', /"status":"succeeded"/);
  await workbench.screenshot('results-dark');
  const source = (await readFile(join(workbench.folder, 'reviews.jsonl'), 'utf8')).trimEnd().split('\n');
  assert.deepEqual(
    (await rows()).map((row) => row.custom_id),
    source.map((line) => (JSON.parse(line) as Row).custom_id),
  );
});

test('only the failed requests are sent again', async () => {
  const failed = (await rows()).filter((row) => row.status === 'failed').length;
  assert.ok(failed > 0);
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.pressRowAction(/reviews\.jsonl/, 'Retry Failed Requests');
  await workbench.waitFor('dialog', new RegExp(`\\b${failed} `));
  await workbench.screenshot('retry-plan');
  await workbench.pressInDialog('Retry');
  await workbench.waitFor('sideBar', /validating/);
  endBatches();
  await workbench.waitFor('notifications', /reviews\.jsonl finished/);
  const after = await rows();
  assert.equal(after.length, 24);
  assert.equal(after.filter((row) => row.attempt === 2).length, failed);
});

test('it looks right in light, in high contrast and narrow', async () => {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.theme('light');
  await workbench.screenshot('results-light');
  await workbench.theme('high contrast');
  await workbench.screenshot('results-high-contrast');
  await workbench.theme('dark');
  await workbench.resize(900, 700);
  await workbench.screenshot('results-narrow');
});
