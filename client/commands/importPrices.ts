// Prices of a file in place of those that ship: picked, read, shown beside each other, and used only when a person says so.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatNumberOf, type PriceChange, type PriceChanges } from '#core';
import type { PriceFile } from '#files';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { readPriceFilePath, writePriceFile } from '../settings.ts';
import { escapeMarkdown } from '../tree/markdown.ts';

export async function importPrices(parts: Parts): Promise<void> {
  const path = await choose();
  if (path === null) return;
  const { priceFileWords, previewPriceFile } = await parts.engine.files();
  const { file, changes } = previewPriceFile(path, new Date().toISOString().slice(0, 10));
  const words = priceFileWords(file);
  if (changes === null) return void say('error', words[0] ?? vscode.l10n.t('This file prices nothing.'));
  const use = {
    title: vscode.l10n.t('Use these prices'),
    run: async () => {
      await writePriceFile(path);
      void say('info', vscode.l10n.t('Estimates go by {0} from now on.', basename(path)));
    },
  };
  const summary = [...words, changeWords(changes)].join(' ');
  if (changes.changed.length === 0) return say('info', summary, [use]);
  await parts.plan.showPage(`${path}.prices.md`, page(file, changes, summary));
  await say('info', summary, [use]);
}

/** @returns null when nothing was chosen, or the prices that ship were. */
async function choose(): Promise<string | null> {
  const present = readPriceFilePath();
  const other = { label: vscode.l10n.t('$(file) Choose a file…') };
  const own = {
    label: vscode.l10n.t('$(discard) Go back to the prices that ship'),
    detail: vscode.l10n.t('Now: {0}', present),
  };
  const title = vscode.l10n.t('Which prices?');
  const chosen = present === '' ? other : await vscode.window.showQuickPick([other, own], { title });
  if (chosen === own) await writePriceFile('');
  if (chosen !== other) return null;
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Prices of LiteLLM, models.dev, genai-prices, or our own'),
      openLabel: vscode.l10n.t('Read prices'),
      filters: { JSON: ['json'] },
    })) ?? [];
  return uri?.scheme === 'file' ? uri.fsPath : null;
}

function changeWords({ changed, same, added }: PriceChanges): string {
  const models = (count: number): string => formatNumberOf(count, vscode.l10n.t('model'));
  return vscode.l10n.t(
    'Of the prices that ship, {0} would change and {1} are the same; {2} would be new.',
    models(changed.length),
    models(same),
    models(added),
  );
}

/** Far more than a person reads. */
const mostRows = 500;

function page({ path }: PriceFile, { changed }: PriceChanges, summary: string): string {
  const head = ['model', 'input', 'output', 'input, batch', 'output, batch'].map((name) =>
    vscode.l10n.t(name),
  );
  const rows = changed.slice(0, mostRows).map((change) => `| ${cells(change).join(' | ')} |`);
  return [
    `# ${escapeMarkdown(basename(path))}`,
    escapeMarkdown(summary),
    vscode.l10n.t('US dollars per million tokens: now, then with this file.'),
    [`| ${head.join(' | ')} |`, '|---|---|---|---|---|', ...rows].join('\n'),
    ...(changed.length > rows.length ? [vscode.l10n.t('… and more')] : []),
  ].join('\n\n');
}

function cells({ provider, model, before, after }: PriceChange): string[] {
  const figure = (usd: number | null | undefined): string => (usd == null ? '?' : String(usd));
  const change = (was: number | null | undefined, is: number | null | undefined): string =>
    was === is ? figure(was) : `${figure(was)} → **${figure(is)}**`;
  return [
    escapeMarkdown(`${provider}/${model}`),
    change(before.standard?.input, after.standard?.input),
    change(before.standard?.output, after.standard?.output),
    change(before.batch?.input, after.batch?.input),
    change(before.batch?.output, after.batch?.output),
  ];
}
