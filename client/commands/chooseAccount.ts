// Who shall answer? The profile of the settings; without a key, a person chooses between its provider and the simulator.
import * as vscode from 'vscode';
import type { Configuration, Provider } from '#core';
import type { Account } from '#jobs';
import { keyTargetFor } from '../keyTargets.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { baseUrlSetting, profilesSetting, section } from '../settings.ts';
import { connectTo } from './connectProvider.ts';
import { startUsingSimulator } from './useSimulator.ts';

/** @param provider whose requests they are. @param config what they were checked by. */
export async function chooseAccount(
  parts: Parts,
  provider: Provider | null,
  config: Configuration,
): Promise<Account | null> {
  let answer = await parts.accounts.current(provider);
  if (answer.kind === 'problem' && (answer.problem.kind === 'noKey' || answer.problem.kind === 'badKey')) {
    if (!(await chooseProvider(parts, provider))) return null;
    answer = await parts.accounts.current(provider);
  }
  if (answer.kind === 'account') {
    const { checkedFor } = await parts.engine.jobs();
    return checkedFor(answer.account, config);
  }
  const setting = answer.problem.kind === 'badUrl' ? baseUrlSetting : profilesSetting;
  void say('error', answer.problem.message, [
    {
      title: vscode.l10n.t('Open settings'),
      run: () => vscode.commands.executeCommand('workbench.action.openSettings', `${section}.${setting}`),
    },
  ]);
  return null;
}

async function chooseProvider(parts: Parts, provider: Provider | null): Promise<boolean> {
  const target = await keyTargetFor(parts, provider);
  const connect = {
    label: vscode.l10n.t('$(key) Connect {0}…', target.title),
    detail: vscode.l10n.t('With an API key, kept in the secret storage of VS Code'),
  };
  const simulator = {
    label: vscode.l10n.t('$(beaker) Use the simulator'),
    detail: vscode.l10n.t('On this computer: no key, free, answers made up'),
  };
  const title = vscode.l10n.t('Who shall answer?');
  const chosen = await vscode.window.showQuickPick([connect, simulator], { title });
  if (chosen === connect) return connectTo(parts, target);
  if (chosen === simulator) await startUsingSimulator(parts);
  return chosen === simulator;
}
