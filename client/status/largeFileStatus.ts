// The totals of a large file in front, in the status bar: VS Code draws no language status, lens or hint for a file that it
// hands to no extension (1.139: `shouldSynchronizeModel` is asked before any selector).
import * as vscode from 'vscode';
import { formatNumberOf } from '#core';
import type { FileSummary } from '#server/protocol';
import type { BatchFiles } from '../batchFiles.ts';
import { isUnsaved } from '../showFile.ts';
import { escapeMarkdown } from '../tree/markdown.ts';
import { countWords, estimateWords, priceWords } from './fileTotals.ts';

/** What the tooltip can link to. */
const commands = ['llmBatch.submit', 'llmBatch.findRequest', 'llmBatch.fixAll'] as const;

export class LargeFileStatus implements vscode.Disposable {
  readonly #files: BatchFiles;
  #item: vscode.StatusBarItem | null = null;
  #listener: vscode.Disposable | null = null;

  constructor(files: BatchFiles) {
    this.#files = files;
  }

  start(): void {
    this.#listener = this.#files.onDidChange(() => this.#draw());
    this.#draw();
  }

  dispose(): void {
    this.#listener?.dispose();
    this.#item?.dispose();
  }

  #draw(): void {
    const { active, trouble } = this.#files;
    const content =
      trouble !== null ? troubleOf(trouble) : active?.version === null ? contentOf(active) : null;
    if (content === null) {
      this.#item?.hide();
      return;
    }
    this.#item ??= create();
    Object.assign(this.#item, content);
    this.#item.show();
  }
}

type Content = Pick<vscode.StatusBarItem, 'text' | 'tooltip' | 'command'>;

/** Where the language stands, which is what holds the totals of other files. */
function create(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('llmBatch.largeFile', vscode.StatusBarAlignment.Right, 100);
  item.name = vscode.l10n.t('LLM Batch: totals of a large file');
  return item;
}

function troubleOf(sentence: string): Content {
  const text = `$(warning) ${vscode.l10n.t('not checked')}`;
  return { text, tooltip: `${vscode.l10n.t('LLM Batch')}: ${sentence}`, command: undefined };
}

function contentOf(summary: FileSummary): Content {
  return {
    text: textOf(summary),
    tooltip: tooltipOf(summary),
    command: summary.sendable
      ? { command: 'llmBatch.submit', title: vscode.l10n.t('Submit'), arguments: [summary.uri] }
      : undefined,
  };
}

/** While it is checked, how far that is. */
function textOf(summary: FileSummary): string {
  if (summary.counting) return `$(loading~spin) ${summary.limited ?? vscode.l10n.t('checking')}`;
  const { counts, estimate } = summary;
  const icon = counts.error > 0 ? 'error' : counts.warning > 0 ? 'warning' : 'json';
  const price = estimate === null ? null : priceWords(estimate, vscode.l10n);
  return `$(${icon}) ${[countWords(summary), ...(price === null ? [] : [price])].join(' · ')}`;
}

function tooltipOf(summary: FileSummary): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const { limited, estimate, models, uri } = summary;
  const rows = [
    figureWords(summary),
    ...modelWords(models),
    ...estimateWords(estimate, vscode.l10n),
    ...(limited === null ? [] : [limited]),
    // It is the file on disk that was checked, and not what stands in the editor.
    ...(isUnsaved(vscode.Uri.parse(uri)) ? [t('without changes that are not saved')] : []),
  ];
  const links = [t('Submit'), t('Find Request…'), t('Fix All Safe Problems')]
    .map(
      (title, index) => `[${title}](command:${commands[index]}?${encodeURIComponent(JSON.stringify([uri]))})`,
    )
    .slice(summary.sendable ? 0 : 1);
  const tooltip = new vscode.MarkdownString(
    [
      `**${escapeMarkdown(t('LLM Batch'))}**`,
      rows.map((row) => `- ${escapeMarkdown(row)}`).join('\n'),
      escapeMarkdown(t('VS Code hands so large a file to no extension: it has no hints and no hovers.')),
      links.join(' · '),
    ].join('\n\n'),
  );
  tooltip.isTrusted = { enabledCommands: commands };
  return tooltip;
}

/** While it is checked, what is known is known of its first lines, or of the file as it was. */
function figureWords(summary: FileSummary): string {
  const words = countWords(summary);
  if (!summary.counting) return words;
  return summary.estimate === null
    ? vscode.l10n.t('so far: {0}', words)
    : vscode.l10n.t('before: {0}', words);
}

function modelWords([first, ...others]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  return [
    others.length === 0
      ? first
      : vscode.l10n.t('{0} and {1}', first, formatNumberOf(others.length, 'other model')),
  ];
}
