// What is pointed out about a job: in its row, and said once.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { file, hearWarnings, writeLongJob } from './alertingJob.ts';
import { test, until } from './testing.ts';
import { document, rowsOf, withSettings } from './workspace.ts';

test('a batch that expires soon is said once, and its row says so', async () => {
  await vscode.window.showTextDocument(await document('reviews.jsonl'));
  const heard = hearWarnings();
  try {
    await withSettings({ notifications: 'all' }, async () => {
      writeLongJob();
      await until('the row', () => {
        const row = rowsOf(file).find(({ children }) =>
          children.some(({ id }) => id.includes('/alert/expiry/')),
        );
        assert.match(row?.description ?? '', /waits for a key.* · expires soon · /);
        const labels = row?.children.map(({ label }) => label).join('\n') ?? '';
        assert.match(labels, /The batch expires in (5\d min|1 h); 1 of 3 requests are done/);
        assert.match(labels, /It has been running for 13 h, longer than the expected 12 h\./);
        return true;
      });
      const words = await until('it is said', () => heard.said.find((one) => one.startsWith('long.jsonl: ')));
      assert.match(words, /expires in .*It has been running for 13 h/);
      await vscode.commands.executeCommand('llmBatch.refreshJobs');
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(heard.said.filter((one) => one.startsWith('long.jsonl: ')).length, 1);
    });
  } finally {
    heard.stop();
  }
});
