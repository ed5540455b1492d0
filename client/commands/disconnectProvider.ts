// Forgets the keys. Batches that run go on where they are; here they wait until there is a key again.
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';

export async function disconnectProvider({ accounts }: Parts): Promise<void> {
  if (!(await accounts.hasAnyKey())) {
    void say('info', vscode.l10n.t('There is no key to forget.'));
    return;
  }
  await accounts.forgetKeys();
  void say(
    'info',
    vscode.l10n.t(
      'The keys are forgotten. Batches go on where they run, and are followed again once you connect.',
    ),
    [
      {
        title: vscode.l10n.t('Connect a provider'),
        run: () => vscode.commands.executeCommand('llmBatch.connectProvider'),
      },
    ],
  );
}
