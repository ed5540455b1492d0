// Takes a key for OpenAI into VS Code's secret storage, and makes OpenAI the provider.
import * as vscode from 'vscode';
import type { ProviderFamily } from '#core';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { readBaseUrl, readBaseUrls, writeProfile } from '../settings.ts';

export async function connectProvider(parts: Parts): Promise<void> {
  if (!(await connect(parts))) return;
  const key = await parts.accounts.keyLabel();
  void say('info', vscode.l10n.t('Batches go to {0} with {1}.', address(), key));
}

/** @returns whether there is a key now. */
export async function connect({ accounts }: Parts): Promise<boolean> {
  if (!(await accounts.hasKey()) || (await replaces(await accounts.keyLabel()))) {
    const key = await askKey('openai');
    if (key === null) return false;
    await accounts.storeKey(key);
  }
  await writeProfile('openai');
  return true;
}

async function replaces(label: string): Promise<boolean> {
  const keep = vscode.l10n.t('Use it ({0})', label);
  const replace = vscode.l10n.t('Replace it…');
  const title = vscode.l10n.t('There is a key for OpenAI already');
  const chosen = await vscode.window.showQuickPick([keep, replace], { title });
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen === replace;
}

const names = { openai: 'OpenAI', anthropic: 'Anthropic', gemini: 'Gemini' } as const;
const beginnings = { openai: 'sk-…', anthropic: 'sk-ant-…', gemini: 'AIza…' } as const;

export async function askKey(provider: ProviderFamily): Promise<string | null> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t('Connect {0}', names[provider]),
    prompt: vscode.l10n.t(
      'API key. It is kept in the secret storage of VS Code and sent to {0} only.',
      provider === 'openai' ? address() : (readBaseUrls()[provider] ?? names[provider]),
    ),
    placeHolder: beginnings[provider],
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

function address(): string {
  const baseUrl = readBaseUrl();
  return baseUrl === null || baseUrl.startsWith('https://api.openai.com/') ? 'OpenAI' : baseUrl;
}
