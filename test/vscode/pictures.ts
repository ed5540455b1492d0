// `npm run pictures`: takes the pictures of README and walkthrough anew, from the real thing, into docs/images/.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startSimulator } from '#simulator';
import { ensureBrowser, ensureVsCode, installPackedExtension, root } from '../../scripts/vscode.mjs';
import { type Clip, Workbench } from './journey/driver.ts';
import { writeLargeBatchFile } from './largeBatchFile.ts';

const images = join(root, 'docs/images');

ensureBrowser();
ensureVsCode();
installPackedExtension(join(root, '.vscode-test/extensions'), join(root, '.vscode-test/install-data'));

/** What people bring along from other providers. */
const letters = [
  {
    model: 'claude-haiku-5-5',
    max_tokens: 400,
    messages: [{ role: 'user', content: 'Where is my parcel?' }],
  },
  {
    model: 'claude-haiku-5-5',
    max_completion_tokens: 400,
    messages: [{ role: 'user', content: 'A refund, please.' }],
  },
  {
    model: 'claude-opus-5',
    max_tokens: 400,
    temperature: 0,
    messages: [{ role: 'user', content: 'The lid broke.' }],
  },
  {
    model: 'claude-sonnet-4-5',
    max_tokens: 400,
    stop: ['END'],
    messages: [{ role: 'system', content: 'Be brief.' }],
  },
].map((params, index) => JSON.stringify({ custom_id: `letter-${index + 1}`, params }));

/** Loses the answer to what creates a batch, at a provider whose batches carry no mark. */
const losing = await startSimulator({ latencyMs: 3_600_000, faults: 'drop-create-answer=1' });

/** Small, so that what is on it can be read where it is shown at half its size. */
const workbench = await Workbench.open({
  ...{ width: 1000, height: 560, scale: 1.25 },
  files: { 'letters.jsonl': `${letters.join('\n')}\n` },
  settings: {
    'llmBatch.simulator.faults': 'fail=12%,seed=5',
    'llmBatch.profiles': {
      claude: { provider: 'anthropic', baseUrl: `http://127.0.0.1:${losing.port}` },
    },
    'workbench.editorLargeFileConfirmation': 4096,
    'workbench.activityBar.location': 'hidden',
    'breadcrumbs.enabled': false,
    'window.commandCenter': false,
    'workbench.layoutControl.enabled': false,
    'editor.scrollbar.horizontal': 'hidden',
  },
});

/** The walkthrough shows pictures small: each is the part of the window that its step speaks of. */
const part = (x: number, y: number): Clip => ({ x, y, width: 600, height: 380 });

async function take(name: string, clip?: Clip): Promise<void> {
  await workbench.page.mouse.move(2, 2);
  await workbench.page.waitForTimeout(400);
  const shot = await workbench.screenshot(`picture-${name}`, clip);
  // A window has few colours: a palette makes the picture a quarter of the size.
  const { status } = spawnSync('convert', [
    shot,
    '+dither',
    '-colors',
    '200',
    `PNG8:${join(images, name)}.png`,
  ]);
  if (status !== 0) throw new Error('Pictures are made small with ImageMagick; install it for "convert".');
}

/** A page is a frame in a frame. */
async function previewShows(text: string): Promise<void> {
  const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await page.getByText(text).waitFor({ timeout: 60_000 });
}

try {
  await workbench.runCommand('View: Close Primary Side Bar');
  await writeLargeBatchFile(join(workbench.folder, 'tickets-60-mb.jsonl'), 60e6);
  await workbench.openFile('tickets-60-mb.jsonl');
  await workbench.waitFor('statusBar', /14,000 requests .* batch/, 60_000);
  await workbench.runCommand('LLM Batch: Find Request…');
  await workbench.fillQuickInput('ticket-4001');
  await workbench.waitFor('quickInput', 'line 4,001');
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor('editors', /"stream": ?true/);
  await workbench.waitFor('statusBar', /JSON(?! Lines)/);
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.page.keyboard.press('Control+1');
  await workbench.waitFor('statusBar', /14,000 requests/);
  await take('large');
  await workbench.runCommand('View: Close All Editors');

  await workbench.openFile('reviews.jsonl');
  await workbench.waitFor('editor', /"kettle-0412" ?~\d+ tok \$0\.0\d+/);
  await workbench.waitFor('codeLens', /24 requests .*tokens in/);
  await take('estimates');
  await take('walkthrough-open', part(0, 0));

  await workbench.openFile('reviews-with-errors.jsonl');
  await workbench.runCommand('View: Focus Problems');
  await workbench.waitFor('panel', 'is also on line');
  await take('problems');

  await workbench.openFile('letters.jsonl');
  await workbench.waitFor('panel', 'max_completion_tokens is no field');
  await take('anthropic');
  await workbench.runCommand('View: Hide Panel');

  await workbench.openFile('reviews-with-errors.jsonl');
  await workbench.goTo(5, 20);
  await workbench.page.keyboard.press('Control+.');
  await workbench.waitFor('lightBulb', /kettle-0413-2/);
  await take('fixes');
  await take('walkthrough-mend', part(0, 0));
  await workbench.page.keyboard.press('Escape');

  await workbench.openFile('reviews.jsonl');
  const dialog = { region: 'dialog', text: 'Submit reviews.jsonl to the simulator?' } as const;
  await workbench.clickLens('Submit', dialog);
  await take('plan');
  await take('walkthrough-submit', part(200, 110));
  await workbench.pressInDialog('Submit');
  await workbench.runCommand('View: Show LLM Batch');
  await workbench.waitFor('notifications', /reviews\.jsonl finished/, 60_000);
  await take('finished');

  await workbench.pressInNotification('reviews.jsonl finished', 'Open results');
  await workbench.waitFor('editors', /"status":"succeeded"/);
  await workbench.runCommand('Notifications: Clear All Notifications');
  // Two editors side by side need the room.
  await workbench.resize(1500, 600);
  await take('results');
  await take('walkthrough-results', part(880, 0));

  await workbench.resize(1000, 620);
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('LLM Batch: Show Report');
  await workbench.waitFor('tabs', 'reviews.report.md');
  await previewShows('Why requests have no answer');
  await take('report');

  await workbench.resize(1000, 560);
  await workbench.runCommand('View: Close All Editors');
  await workbench.changeSettings({ 'llmBatch.profile': 'claude' });
  await workbench.runCommand('View: Show LLM Batch');
  await workbench.openFile('tickets.jsonl');
  await workbench.waitFor('codeLens', /10 requests .*tokens in/);
  await workbench.clickLens('Submit', { region: 'dialog', text: 'Submit tickets.jsonl to' });
  await workbench.pressInDialog('Submit');
  await workbench.waitFor('sideBar', '1 batch may be this one');
  await workbench.pressInNotification('tickets.jsonl: no answer came', 'Settle…');
  await workbench.waitFor('quickInput', /It is msgbatch_/);
  await take('unclear');
} finally {
  await workbench.dispose();
  await losing.dispose();
}
