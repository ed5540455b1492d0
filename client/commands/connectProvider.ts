// Takes the key of a provider, or of a profile in the settings, into VS Code's secret storage, and makes it the account.
import * as vscode from 'vscode';
import type { KeyOwner } from '../accounts.ts';
import { type KeyTarget, keyTargets } from '../keyTargets.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { profilesSetting, section, writeProfile } from '../settings.ts';

export async function connectProvider(parts: Parts): Promise<void> {
  const target = await chooseTarget(parts);
  if (target === null || !(await connectTo(parts, target))) return;
  const key = await parts.accounts.keyLabel(target.owner);
  void say('info', vscode.l10n.t('Batches go to {0} with {1}.', target.place, key));
}

/** @returns whether there is a key now. */
export async function connectTo({ accounts }: Parts, target: KeyTarget): Promise<boolean> {
  const { owner } = target;
  if (!(await accounts.hasKey(owner)) || (await replaces(target, await accounts.keyLabel(owner)))) {
    const key = await askKey(target);
    if (key === null) return false;
    await accounts.storeKey(key, owner);
  }
  await writeProfile(profileOf(owner));
  return true;
}

/** OpenAI, Anthropic and Gemini are told by their lines; those of the others look like OpenAI's. */
function profileOf({ kind, name }: KeyOwner): string {
  return kind === 'provider' && name !== 'groq' ? 'auto' : name;
}

interface TargetItem extends vscode.QuickPickItem {
  /** Null: one that is not there yet. */
  readonly target: KeyTarget | null;
}

async function chooseTarget(parts: Parts): Promise<KeyTarget | null> {
  const items: TargetItem[] = (await keyTargets(parts)).map((target) => ({
    label: target.title,
    description: target.hasKey ? vscode.l10n.t('has a key') : '',
    detail: target.place === target.title ? '' : target.place,
    target,
  }));
  const add: TargetItem = {
    label: vscode.l10n.t('$(add) Another server, or Azure OpenAI…'),
    description: '',
    detail: vscode.l10n.t('A profile with its address, in the settings'),
    target: null,
  };
  const title = vscode.l10n.t('Connect which provider?');
  const chosen = await vscode.window.showQuickPick([...items, add], { title });
  if (chosen === add)
    await vscode.commands.executeCommand('workbench.action.openSettings', `${section}.${profilesSetting}`);
  return chosen?.target ?? null;
}

async function replaces({ title: name }: KeyTarget, label: string): Promise<boolean> {
  const keep = vscode.l10n.t('Use it ({0})', label);
  const replace = vscode.l10n.t('Replace it…');
  const title = vscode.l10n.t('There is a key for {0} already', name);
  const chosen = await vscode.window.showQuickPick([keep, replace], { title });
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen === replace;
}

export async function askKey({ title, place, keyBegins }: KeyTarget): Promise<string | null> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Connect {0}', title),
    prompt: vscode.l10n.t(
      'API key. It is kept in the secret storage of VS Code and sent to {0} only.',
      place,
    ),
    placeHolder: keyBegins,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return vscode.l10n.t('Paste a key.');
      return /[^!#-&(-~]/.test(text.trim())
        ? vscode.l10n.t('A key has no spaces, quotes or special characters in it.')
        : null;
    },
  });
  return key?.trim() || null;
}
