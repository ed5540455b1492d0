import { globSync, readFileSync } from 'node:fs';
import { Workbench } from './zz-client-driver.ts';

const w = await Workbench.open({});
w.page.on('console', (m) => {
  if (m.type() === 'error') console.log('console:', m.text().slice(0, 300));
});
try {
  await w.openFile('reviews.jsonl');
  await w.page.waitForTimeout(5000);
  await w.screenshot('c1-open');
  await w.page.locator('.part.activitybar [aria-label^="LLM Batch"]').first().click();
  await w.page.waitForTimeout(1500);
  await w.screenshot('c2-empty');
  await w.page.locator('.part.editor .tab').first().click();
  await w.runCommand('LLM Batch: Submit');
  await w.page.waitForTimeout(4000);
  await w.screenshot('c3-plan');
  await w.pressInDialog('Submit');
  await w.page.waitForTimeout(1500);
  await w.screenshot('c4-submitted');
  await w.page.waitForTimeout(3500);
  await w.screenshot('c5-busy');
  await w.page.waitForTimeout(9000);
  await w.screenshot('c6-done');
  await w.pressInNotification('finished', 'Open results').catch((e) => console.log(String(e).slice(0, 300)));
  await w.page.waitForTimeout(2000);
  await w.screenshot('c7-results');
} catch (e) {
  console.log(e);
  await w.screenshot('error');
} finally {
  dumpLogs();
  await w.dispose();
}

function dumpLogs() {
  for (const f of globSync('/tmp/llm-batch-journey-*/data/data/logs/**/*LLM Batch.log'))
    console.log(f, '\n', readFileSync(f, 'utf8').slice(0, 6000));
}
