// Forgets the keys. Batches that run at OpenAI go on there; here they wait until there is a key again.
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
      'The key is forgotten. Batches at OpenAI go on there and are followed again once you connect.',
    ),
    [
      {
        title: vscode.l10n.t('Connect a provider'),
        run: () => vscode.commands.executeCommand('llmBatch.connectProvider'),
      },
    ],
  );
}
