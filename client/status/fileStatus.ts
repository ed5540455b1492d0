// The totals of the batch file in front, in its language status; also what was limited, where a person looks for it.
import * as vscode from 'vscode';
import type { FileSummary } from '#server/protocol';
import type { BatchFiles } from '../batchFiles.ts';
import { countWords, estimateWords } from './fileTotals.ts';

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

  /** There is no hiding an item: it exists while a batch file is in front. Files without a document have no language status. */
  #draw(): void {
    const { active } = this.#files;
    if (active === null || active.version === null) {
      this.#item?.dispose();
      this.#item = null;
      return;
    }
    this.#item ??= vscode.languages.createLanguageStatusItem('llmBatch.file', [
      { language: 'jsonl' },
      { pattern: '**/*.jsonl' },
    ]);
    this.#item.name = vscode.l10n.t('LLM Batch');
    this.#item.text = countWords(active);
    this.#item.detail = detailOf(active);
    this.#item.severity = severityOf(active);
    this.#item.busy = active.counting;
    this.#item.command = {
      command: 'llmBatch.submit',
      title: vscode.l10n.t('Submit'),
      arguments: [active.uri],
    };
  }
}

/** "~1.21 M tokens in · batch at most about $0.66"; what was limited comes first. There is room for one short line. */
function detailOf({ limited, estimate }: FileSummary): string {
  return [...(limited === null ? [] : [limited]), ...estimateWords(estimate, vscode.l10n)].join(' · ');
}

function severityOf({ counts }: FileSummary): vscode.LanguageStatusSeverity {
  const { Error: error, Warning: warning, Information: information } = vscode.LanguageStatusSeverity;
  return counts.error > 0 ? error : counts.warning > 0 ? warning : information;
}
