// After a reload: what was said of a job is in its row still, and is not said again.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { file, hearWarnings, removeLongJob } from './alertingJob.ts';
import { test, until } from './testing.ts';
import { document, rowsOf, withSettings } from './workspace.ts';

test('what was said before the reload is not said again', async () => {
  const heard = hearWarnings();
  try {
    await vscode.window.showTextDocument(await document('reviews.jsonl'));
    await until('the row', () =>
      rowsOf(file).find(({ children }) => children.some(({ id }) => id.includes('/alert/expiry/'))),
    );
    await withSettings({ notifications: 'all' }, async () => {
      await vscode.commands.executeCommand('llmBatch.refreshJobs');
      // A window without focus waits that long for another one to say it.
      await new Promise((resolve) => setTimeout(resolve, 2000));
    });
    assert.deepEqual(
      heard.said.filter((one) => one.startsWith('long.jsonl')),
      [],
    );
  } finally {
    heard.stop();
    removeLongJob();
  }
});
