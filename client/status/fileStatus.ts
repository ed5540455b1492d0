// The totals of the batch file in front, in its language status; also what was limited, where a person looks for it.
import * as vscode from 'vscode';
import { approximate, formatGrounds, formatNumberOf, formatTokens, formatUsd } from '#core';
import type { FileSummary, SummaryEstimate } from '#server/protocol';
import type { BatchFiles } from '../batchFiles.ts';

export class FileStatus implements vscode.Disposable {
  readonly #files: BatchFiles;
  #item: vscode.LanguageStatusItem | null = null;
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

  /** There is no hiding an item: it exists while a batch file is in front. */
  #draw(): void {
    const summary = this.#files.active;
    if (summary === null) {
      this.#item?.dispose();
      this.#item = null;
      return;
    }
    this.#item ??= vscode.languages.createLanguageStatusItem('llmBatch.file', [
      { language: 'jsonl' },
      { pattern: '**/*.jsonl' },
    ]);
    this.#item.name = vscode.l10n.t('LLM Batch');
    this.#item.text = textOf(summary);
    this.#item.detail = detailOf(summary);
    this.#item.severity = severityOf(summary);
    this.#item.busy = summary.counting;
    this.#item.command = {
      command: 'llmBatch.submit',
      title: vscode.l10n.t('Submit'),
      arguments: [summary.uri],
    };
  }
}

/** "4,812 requests · 2 errors" */
function textOf({ requests, counts }: FileSummary): string {
  const parts = [formatNumberOf(requests, 'request')];
  if (counts.error > 0) parts.push(formatNumberOf(counts.error, 'error'));
  if (counts.warning > 0) parts.push(formatNumberOf(counts.warning, 'warning'));
  return parts.join(' · ');
}

/** "~1.21 M tokens in · batch at most about $0.66"; what was limited comes first. There is room for one short line. */
function detailOf({ limited, estimate }: FileSummary): string {
  const parts = limited === null ? [] : [limited];
  if (estimate !== null) parts.push(...estimateParts(estimate));
  return parts.join(' · ');
}

function estimateParts(estimate: SummaryEstimate): string[] {
  if (estimate.inputTokens === null) return [vscode.l10n.t('tokens unknown')];
  const mark = approximate(estimate.inputMethod);
  const figure = `${mark}${formatTokens(estimate.inputTokens)}`;
  const tokens =
    estimate.inputMethod === 'calibrated'
      ? vscode.l10n.t('{0} tokens in (calibrated)', figure)
      : vscode.l10n.t('{0} tokens in', figure);
  const { input, outputMax } = estimate.batchUsd;
  if (input === null) return [tokens, vscode.l10n.t('price unknown')];
  const price =
    outputMax === null
      ? vscode.l10n.t('batch {0} in + output without a limit', `${mark}${formatUsd(input)}`)
      : vscode.l10n.t('batch at most about {0}', formatUsd(input + outputMax));
  const { expected } = estimate;
  if (expected === null || expected.batchUsd === null) return [tokens, price];
  const grounds = formatGrounds(expected.rows);
  return [tokens, price, vscode.l10n.t('about {0} {1}', formatUsd(expected.batchUsd), grounds)];
}

function severityOf({ counts }: FileSummary): vscode.LanguageStatusSeverity {
  const { Error: error, Warning: warning, Information: information } = vscode.LanguageStatusSeverity;
  return counts.error > 0 ? error : counts.warning > 0 ? warning : information;
}
