// Makes the embedded simulator the provider: no key, nothing is paid, the answers are made up.
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { writeProfile } from '../settings.ts';

export async function useSimulator(parts: Parts): Promise<void> {
  await startUsingSimulator(parts);
  void say('info', vscode.l10n.t('Batches go to the simulator now: no key, free, answers made up.'), [
    {
      title: vscode.l10n.t('Open an example'),
      run: () => vscode.commands.executeCommand('llmBatch.openExample'),
    },
  ]);
}

export async function startUsingSimulator({ simulator, follower }: Parts): Promise<void> {
  await simulator.ensure();
  await writeProfile('simulator');
  follower.tryAgain();
}
