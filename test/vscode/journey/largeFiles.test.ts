// A person opens files of 60 MB and of 210 MB: what is wrong in them, what they cost, and a request among thousands.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { largeLine, places, writeLargeBatchFile } from '../largeBatchFile.ts';
import { Workbench } from './driver.ts';

/** What reading and checking of 210 MB may take on a machine that does much else. */
const longMs = 240_000;

let workbench: Workbench;
before(async () => {
  workbench = await Workbench.open({
    // On a desktop it is 1,024: nobody is asked there.
    settings: { 'workbench.editorLargeFileConfirmation': 50 },
  });
  await writeLargeBatchFile(join(workbench.folder, 'large.jsonl'), 60e6);
  await writeLargeBatchFile(join(workbench.folder, 'huge.jsonl'), 210e6);
  const lines = Array.from({ length: 13_000 }, (_, index) => largeLine(index));
  const text = lines.join('\n').replace('"method"', '\r"method"');
  await writeFile(join(workbench.folder, 'returns.jsonl'), text);
});
after(async () => {
  await workbench?.dispose();
});

/** What stands in the status bar, and what is said of it where the mouse rests. */
async function status(): Promise<{ readonly bar: string; readonly hover: string }> {
  const bar = await workbench.waitFor('statusBar', /requests · .*batch/, longMs);
  return { bar, hover: await workbench.hover('statusBar', /requests/, /tokens in/) };
}

/** In the left editor, where the files are; requests stand in the right one. */
async function open(name: string): Promise<void> {
  await workbench.page.keyboard.press('Control+1');
  await workbench.openFile(name);
}

async function openAnyway(name: string): Promise<void> {
  await open(name);
  await workbench.click('editors', 'Open Anyway');
  await workbench.waitFor('editor', '"custom_id":"ticket-1"', longMs);
}

/** Looks for a request until it is listed. A file that is shown late takes the focus, which closes the list: once more then. */
async function find(query: string, listed: string | RegExp, meanwhile?: string): Promise<void> {
  for (const isLast of [false, false, true]) {
    await workbench.runCommand('LLM Batch: Find Request…');
    try {
      await workbench.fillQuickInput(query);
      if (meanwhile !== undefined) await workbench.screenshot(meanwhile);
      await workbench.waitFor('quickInput', listed, longMs / 2);
      return;
    } catch (error) {
      if (isLast) throw error;
      await workbench.page.keyboard.press('Escape');
    }
  }
}

test('the problems of a file are there before anybody opens it anyway', async () => {
  await workbench.openFile('large.jsonl');
  await workbench.waitFor('editors', 'Open Anyway');
  await workbench.runCommand('View: Focus Problems');
  await workbench.waitFor('panel', /id\.duplicate[\s\S]*json\.invalid/, longMs);
  await workbench.screenshot('large-not-shown');
});

test('opened, they are underlined, and the status says what it would cost and what was limited', async () => {
  await workbench.click('editors', 'Open Anyway');
  await workbench.waitFor('editor', '"custom_id":"ticket-1"', longMs);
  await workbench.page.locator('.editor-instance .squiggly-error').first().waitFor();
  const { bar, hover } = await status();
  assert.match(bar, /14,000 requests · 4 errors · batch at most about \$\d/);
  assert.match(hover, /tokens in/);
  assert.match(hover, /checked from disk \(60\.9 MB\)/);
  await workbench.screenshot('large-status-dark');
  await workbench.page.mouse.move(2, 2);
});

test('a click on a problem goes to its line', async () => {
  await workbench.click('panel', 'stream does not work in a batch');
  await workbench.waitFor('editor', '"custom_id":"ticket-4001"');
  await workbench.runCommand('View: Hide Panel');
});

test('a request is found while its id is typed, and opened alone beside its line', async () => {
  await find('ticket-1100', /ticket-1100\s*line 1,100[\s\S]*ticket-11005/);
  await workbench.screenshot('large-find-dark');
  await workbench.fillQuickInput('teapot');
  await workbench.waitFor('quickInput', /ticket-11001[\s\S]*the teapot sings/);
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor('tabs', 'ticket-11001.json');
  await workbench.waitFor('editors', /"model": ?"gpt-5\.4-mini"/);
  await workbench.waitFor('editors', /"custom_id":"ticket-11001"/);
  await workbench.screenshot('large-request-dark');
});

test('what is not found is said', async () => {
  await find('nowhere in this file', 'No request has this id or these words.');
  await workbench.screenshot('large-find-nothing');
  await workbench.page.keyboard.press('Escape');
});

test('it is mended on disk, after a word, and shown as it is then', async () => {
  await open('large.jsonl');
  await workbench.runCommand('LLM Batch: Fix All Safe Problems');
  await workbench.waitFor('notifications', 'is too large to be changed in the editor');
  await workbench.screenshot('large-fix');
  await workbench.pressInNotification('is too large to be changed', 'Fix on disk');
  await workbench.waitFor('notifications', /large\.jsonl is fixed in \d+ places\./, longMs);
  await workbench.runCommand('View: Focus Problems');
  await workbench.waitUntilGone('panel', 'id.duplicate', longMs);
  await workbench.waitFor('panel', 'json.invalid');
  await workbench.goTo(places.duplicates[1] + 1, 1);
  await workbench.waitFor('editor', '"ticket-3-2"', longMs);
  await workbench.runCommand('Notifications: Clear All Notifications');
});

test('a file of 210 MB has its problems, totals and requests too', async () => {
  await openAnyway('huge.jsonl');
  await workbench.screenshot('huge-opened');
  await workbench.waitFor('panel', /huge\.jsonl[\s\S]*stream does not work[\s\S]*Not JSON/, longMs);
  await workbench.page.locator('.editor-instance .squiggly-error').first().waitFor();
  const { bar, hover } = await status();
  assert.match(bar, /[45]\d,\d{3} requests · \d errors/);
  assert.match(hover, /checked from disk \(210(\.\d)? MB\)/);
  await workbench.screenshot('huge-status-dark');
  await workbench.runCommand('View: Hide Panel');
  await find('ticket-48123', /ticket-48123[\s\S]*line 48,123/, 'huge-find-busy');
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor('tabs', 'ticket-48123.json');
  await workbench.waitFor('editor', /"custom_id": ?"ticket-48123"/);
});

test('a request that is shown is there in the next window', async () => {
  await workbench.reload();
  await workbench.waitFor('tabs', 'ticket-48123.json');
  await workbench.waitFor('editors', /"custom_id": ?"ticket-48123"/, longMs);
});

test('it looks right in light and in high contrast', async () => {
  await open('large.jsonl');
  // Both take the focus when they come, and with it what was opened by then.
  await workbench.waitFor('editors', 'Open Anyway', longMs);
  await status();
  for (const theme of ['light', 'high contrast'] as const) {
    await workbench.theme(theme);
    const name = theme.replace(' ', '-');
    await status();
    await workbench.screenshot(`large-status-${name}`);
    await workbench.page.mouse.move(2, 2);
    await find('teapot', /ticket-11001/);
    await workbench.screenshot(`large-find-${name}`);
    await workbench.page.keyboard.press('Escape');
  }
});

test('a file that is gone is said to be', async () => {
  await workbench.theme('dark');
  await rm(join(workbench.folder, 'large.jsonl'));
  await workbench.waitFor('statusBar', 'not checked');
  await workbench.hover('statusBar', 'not checked', /There is no file large\.jsonl any more/);
  await workbench.screenshot('large-gone');
});

test('behind a lone carriage return, which ends a line for the editor alone, the line of the request is shown', async () => {
  await openAnyway('returns.jsonl');
  await status();
  await find('ticket-12000', /ticket-12000\s*line 12,000/);
  await workbench.page.keyboard.press('Enter');
  // The tab is there before the request is, and the request takes the focus.
  await workbench.waitFor('editor', '"custom_id": "ticket-12000"', longMs);
  await workbench.page.keyboard.press('Control+1');
  await workbench.waitFor('statusBar', 'Ln 12001, Col 1');
  await workbench.waitFor('editor', '"custom_id":"ticket-12000"');
});
