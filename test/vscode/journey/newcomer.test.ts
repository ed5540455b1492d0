// Someone who has just installed the extension, in an empty folder: the walkthrough leads from an example to its results.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Workbench } from './driver.ts';

let workbench: Workbench;
let empty: string;
before(async () => {
  empty = await mkdtemp(join(tmpdir(), 'llm-batch-empty-'));
  workbench = await Workbench.open({ from: empty, settings: { 'llmBatch.profile': undefined } });
});
after(async () => {
  await workbench?.dispose();
  await rm(empty, { recursive: true, force: true });
});

/** Shows a step of the walkthrough; its button and picture appear when it is selected. */
async function step(title: string): Promise<void> {
  await workbench.runCommand('LLM Batch: Get Started');
  await workbench.waitFor('walkthrough', 'Your first batch');
  await workbench.click('walkthrough', title);
  await workbench.page.waitForTimeout(500);
}

async function press(button: string): Promise<void> {
  await workbench.page
    .locator('.gettingStartedContainer .monaco-button')
    .filter({ hasText: button })
    .first()
    .click();
}

test('the walkthrough says what the extension does, in four steps', async () => {
  await workbench.showContainer('LLM Batch');
  await workbench.waitFor('sideBar', 'Take the walkthrough');
  await workbench.click('sideBar', 'Take the walkthrough');
  await workbench.waitFor('walkthrough', 'Your first batch');
  const text = await workbench.read('walkthrough');
  for (const title of ['Mend what is wrong', 'Submit it to the simulator', 'Open the results']) {
    assert.ok(text.includes(title), title);
  }
  await workbench.screenshot('walkthrough');
});

test('its first button opens an example with totals and figures', async () => {
  await press('Open an example');
  await workbench.waitFor('codeLens', /24 requests .* batch ~\$/);
  await workbench.waitFor('editor', /"kettle-0412" ?~\d+ tok \$0\.0\d+/);
});

test('its second opens a file with mistakes', async () => {
  await step('Mend what is wrong');
  await workbench.screenshot('walkthrough-mend');
  await press('Open an example with mistakes');
  await workbench.waitFor('codeLens', /\d errors/);
});

test('a code leads to the page that explains it', async () => {
  await workbench.runCommand('View: Focus Problems');
  await workbench.waitFor('panel', 'id.duplicate');
  await workbench.until('tabs', 'id.duplicate.md', () => workbench.click('panel', 'id.duplicate'));
  const preview = workbench.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await preview.locator('h1').filter({ hasText: 'id.duplicate' }).waitFor();
  await workbench.screenshot('problem-page');
  await workbench.runCommand('View: Hide Panel');
});

test('its third sends the example to the simulator, without a key', async () => {
  await step('Submit it to the simulator');
  await workbench.screenshot('walkthrough-submit');
  await press('Use the simulator');
  await workbench.waitFor('notifications', 'Batches go to the simulator now');
  await workbench.openFile('reviews.jsonl');
  await workbench.clickLens('Submit', {
    region: 'dialog',
    text: 'Submit reviews.jsonl to the simulator?',
  });
  await workbench.pressInDialog('Submit');
  await workbench.waitFor('notifications', /reviews\.jsonl finished/);
});

test('its fourth opens the results beside the file', async () => {
  await step('Open the results');
  const done = workbench.page.locator('.gettingStartedContainer .getting-started-step .codicon.complete');
  // The third: the steps taken so far are checked off.
  await done.nth(2).waitFor();
  assert.equal(await done.count(), 3);
  await workbench.screenshot('walkthrough-results');
  await press('Open the results');
  await workbench.waitFor('tabs', 'reviews.results.jsonl');
  // The requests are beside them.
  await workbench.waitFor('editors', /"custom_id":"kettle-0412" ?~/);
  await workbench.screenshot('walkthrough-end');
});
