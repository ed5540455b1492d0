// The main job on real input in the editor: 5,000 requests, three problems mended by hand, submitted, merged.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { realTexts, requestsFrom } from '../../mainJob/realText.ts';
import { Workbench } from './driver.ts';

const lines = requestsFrom(realTexts(5000));
const broken = [...lines];
broken[1233] = (broken[1233] ?? '').slice(0, -1);
broken[4000] = (broken[4000] ?? '').replace('package-04001', 'package-00007');

let workbench: Workbench;
before(async () => {
  workbench = await Workbench.open({
    files: { 'packages.jsonl': `${broken.join('\n')}\n` },
    settings: { 'llmBatch.simulator.faults': 'fail=3%,seed=3' },
  });
});
after(async () => {
  await workbench?.dispose();
});

test('exactly the three problems are shown', async () => {
  await workbench.openFile('packages.jsonl');
  await workbench.runCommand('View: Focus Problems');
  const problems = await workbench.waitFor('panel', 'is also on line 4,001');
  assert.match(problems, /is also on line 7/);
  assert.match(problems, /line ends before the closing "}"/);
  await workbench.waitFor(
    'codeLens',
    /5,000 requests · gpt-6-luna · ~[\d,.]+ [kM] tokens in · batch ~\$0\.\d+.* · 3 errors/,
  );
  await workbench.screenshot('main-job-problems');
});

test('mended by hand, they go', async () => {
  await workbench.runCommand('View: Focus Active Editor Group');
  await workbench.goTo(1234);
  await workbench.page.keyboard.press('End');
  await workbench.page.keyboard.type('}');
  await workbench.goTo(4001, '{"custom_id":"'.length + 1);
  for (let i = 0; i < 'package-00007'.length; i++) await workbench.page.keyboard.press('Shift+ArrowRight');
  await workbench.page.keyboard.type('package-04001');
  await workbench.page.keyboard.press('Control+S');
  await workbench.waitUntilGone('codeLens', /error/);
  const mended = `${lines.join('\n')}\n`;
  const path = join(workbench.folder, 'packages.jsonl');
  for (let tries = 0; (await readFile(path, 'utf8')) !== mended; tries++) {
    assert.ok(tries < 600, 'saved exactly as mended');
    await workbench.page.waitForTimeout(100);
  }
});

test('submitted, it comes back whole: 5,000 rows in source order', async () => {
  await workbench.showContainer('LLM Batch');
  await workbench.runCommand('LLM Batch: Submit');
  await workbench.waitFor('dialog', '5,000 requests in 1 part');
  await workbench.pressInDialog('Submit');
  await workbench.waitFor(
    'notifications',
    /packages\.jsonl finished: 4,\d\d\d answered, 1\d\d failed/,
    240_000,
  );
  await workbench.pressInNotification('packages.jsonl finished', 'Open results');
  await workbench.waitFor('tabs', 'packages.results.jsonl');
  await workbench.screenshot('main-job-results');
  const rows = (await readFile(join(workbench.folder, 'packages.results.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n');
  assert.equal(rows.length, lines.length);
  for (const [index, text] of rows.entries())
    assert.ok(text.includes(lines[index] ?? '-'), `row ${index + 1}`);
});
