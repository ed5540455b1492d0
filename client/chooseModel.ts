// For which model shall a batch be, where its requests name none? Chosen at submit, with what each costs.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { dialectOf } from '#core';
import { forModel } from './accounts.ts';
import type { Parts } from './parts.ts';
import { type Preflight, preflight } from './preflight.ts';

/** The last one that was chosen, by provider. */
const lastKey = 'lastModel';

/** @returns the check by the price of the model; the same where requests name theirs. Null: nobody chose one. */
export async function withModel(parts: Parts, file: string, checked: Preflight): Promise<Preflight | null> {
  const { provider, report } = checked.check;
  if (provider === null || dialectOf(provider).form !== 'keyed') return checked;
  const { batchModelOf } = await parts.engine.jobs();
  if (batchModelOf(provider, report, checked.estimate.summary) !== null) return checked;
  const model = await chooseModel(parts, checked);
  if (model === null) return null;
  const receiver = forModel(await parts.accounts.receiver(), model);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking {0}', basename(file)) },
    () => preflight(parts.engine, file, parts.signal, receiver),
  );
}

async function chooseModel(parts: Parts, { check, config }: Preflight): Promise<string | null> {
  const provider = check.provider ?? 'gemini';
  const { title: owner } = dialectOf(provider);
  const { modelChoices } = await parts.engine.jobs();
  const today = new Date().toISOString().slice(0, 10);
  const { globalState } = parts.context;
  const last = globalState.get<string>(`${lastKey}.${provider}`);
  const items = modelChoices(provider, check.report.endpoint, config, today).map(({ name, price, note }) => ({
    label: name,
    description: price,
    ...(note === null ? {} : { detail: note }),
  }));
  const other = { label: vscode.l10n.t('Another model…'), description: '' };
  const sorted = [...items].sort((a, b) => Number(b.label === last) - Number(a.label === last));
  const chosen = await vscode.window.showQuickPick([...sorted, other], {
    title: vscode.l10n.t('Which model of {0} shall answer?', owner),
    placeHolder: vscode.l10n.t('The requests name none; prices are those of a batch'),
    matchOnDescription: true,
  });
  const model = chosen === other ? await nameModel(owner) : (chosen?.label ?? null);
  if (model !== null) await globalState.update(`${lastKey}.${provider}`, model);
  return model;
}

async function nameModel(owner: string): Promise<string | null> {
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Which model of {0} shall answer?', owner),
    prompt: vscode.l10n.t(
      'Its name, as the provider has it; without a price in the list its cost is unknown.',
    ),
    validateInput: (text) =>
      /^[\w./-]{1,200}$/.test(text.trim())
        ? null
        : vscode.l10n.t('A name has letters, digits, - . / and no spaces.'),
  });
  return name?.trim() || null;
}
