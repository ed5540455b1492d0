// How many batches run, in the status bar; nothing there while none does.
import * as vscode from 'vscode';
import { isTerminal } from '#core';
import type { JobList } from '../jobList.ts';
import { percentWords, runningWords, stateWords } from '../jobWords.ts';
import { viewId } from '../tree/jobsView.ts';
import { escapeMarkdown } from '../tree/markdown.ts';

export class RunningJobs implements vscode.Disposable {
  readonly #list: JobList;
  #item: vscode.StatusBarItem | null = null;
  #listener: vscode.Disposable | null = null;

  constructor(list: JobList) {
    this.#list = list;
  }

  start(): void {
    this.#listener = this.#list.onDidChange(() => this.#draw());
    this.#draw();
  }

  dispose(): void {
    this.#listener?.dispose();
    this.#item?.dispose();
  }

  #draw(): void {
    const jobs = this.#list.known?.jobs ?? [];
    const running = runningWords(jobs, vscode.l10n);
    if (running === null) {
      this.#item?.hide();
      return;
    }
    this.#item ??= this.#create();
    this.#item.text = `$(play-circle) ${running.percent === null ? running.words : `${running.words} · ${running.percent}`}`;
    const rows = jobs
      .filter((job) => !isTerminal(job))
      .map((job) =>
        [job.name, stateWords(job, vscode.l10n), percentWords(job)].filter((word) => word !== null),
      );
    this.#item.tooltip = new vscode.MarkdownString(
      rows.map((words) => `- ${escapeMarkdown(words.join(' · '))}`).join('\n'),
    );
    this.#item.show();
  }

  #create(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('llmBatch.running', vscode.StatusBarAlignment.Left, 0);
    item.name = vscode.l10n.t('LLM Batch: running batches');
    item.command = `${viewId}.focus`;
    return item;
  }
}
