// Who shall answer? The profile of the settings; without a key, a person chooses between OpenAI and the simulator.
import * as vscode from 'vscode';
import type { Account } from '#jobs';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { baseUrlSetting, section } from '../settings.ts';
import { connect } from './connectProvider.ts';
import { startUsingSimulator } from './useSimulator.ts';

export async function chooseAccount(parts: Parts): Promise<Account | null> {
  let answer = await parts.accounts.current();
  if (answer.kind === 'problem' && (answer.problem.kind === 'noKey' || answer.problem.kind === 'badKey')) {
    if (!(await chooseProvider(parts))) return null;
    answer = await parts.accounts.current();
  }
  if (answer.kind === 'account') return answer.account;
  void say('error', answer.problem.message, [
    {
      title: vscode.l10n.t('Open settings'),
      run: () =>
        vscode.commands.executeCommand('workbench.action.openSettings', `${section}.${baseUrlSetting}`),
    },
  ]);
  return null;
}

async function chooseProvider(parts: Parts): Promise<boolean> {
  const openai = {
    label: vscode.l10n.t('$(key) Connect OpenAI…'),
    detail: vscode.l10n.t('With an API key, kept in the secret storage of VS Code'),
  };
  const simulator = {
    label: vscode.l10n.t('$(beaker) Use the simulator'),
    detail: vscode.l10n.t('On this computer: no key, free, answers made up'),
  };
  const title = vscode.l10n.t('Who shall answer?');
  const chosen = await vscode.window.showQuickPick([openai, simulator], { title });
  if (chosen === openai) return connect(parts);
  if (chosen === simulator) await startUsingSimulator(parts);
  return chosen === simulator;
}
