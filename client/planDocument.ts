// The plan of a submission in full, as a page to read before one agrees.
import * as vscode from 'vscode';
import {
  formatCount,
  formatNumberOf,
  formatTokens,
  formatUsd,
  type ModelEstimate,
  type Problem,
} from '#core';
import type { Preflight } from './preflight.ts';
import { codeSpan, escapeMarkdown } from './tree/markdown.ts';

const scheme = 'llm-batch-plan';
const shownProblems = 20;

export interface PlanFacts {
  readonly title: string;
  readonly lines: readonly string[];
  readonly file: string;
  readonly resultsPath: string;
  readonly preflight: Preflight;
}

export class PlanDocument implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  #registration: vscode.Disposable | null = null;

  start(): void {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async show(plan: PlanFacts): Promise<void> {
    await this.showPage(`${plan.file}.plan.md`, planText(plan));
  }

  /** @param markdown what stands on it; a page of the same path is replaced. */
  async showPage(path: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path });
    this.#texts.set(uri.toString(), markdown);
    this.#changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration?.dispose();
    this.#changed.dispose();
  }
}

function planText({ title, lines, file, resultsPath, preflight: { check, estimate } }: PlanFacts): string {
  const t = vscode.l10n.t;
  const { summary } = estimate;
  return [
    `# ${escapeMarkdown(title)}`,
    lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n'),
    `## ${t('By model')}`,
    [
      `| ${[t('model'), t('requests'), t('tokens in'), t('out up to'), t('cost in'), t('out up to')].join(' | ')} |`,
      '|---|---:|---:|---:|---:|---:|',
      ...summary.models.map(modelRow),
    ].join('\n'),
    escapeMarkdown(t('Prices as of {0}. Input is counted {1}.', summary.pricesAsOf, howCounted(summary))),
    `## ${t('The file')}`,
    [
      `- ${codeSpan(file)}`,
      `- ${escapeMarkdown(t('{0}, SHA-256', formatNumberOf(check.report.sizeBytes, 'byte')))} ${codeSpan(check.sha256)}`,
      `- ${t('Results go to')} ${codeSpan(resultsPath)}`,
    ].join('\n'),
    ...problemList(check.report.problems),
  ].join('\n\n');
}

function howCounted({ inputMethod, inputErrorPercent }: Preflight['estimate']['summary']): string {
  const t = vscode.l10n.t;
  switch (inputMethod) {
    case 'exact':
      return t('exactly');
    case 'unknown':
      return t('in part only');
    case 'calibrated':
      return t(
        'by estimate, corrected by what the provider counted before, give or take {0} %',
        formatCount(inputErrorPercent ?? 0),
      );
    default:
      return inputErrorPercent === null
        ? t('by estimate')
        : t('by estimate, give or take {0} %', formatCount(inputErrorPercent));
  }
}

function modelRow(model: ModelEstimate): string {
  const cells = [
    escapeMarkdown(model.model ?? '–'),
    formatCount(model.requests),
    formatTokens(model.inputTokens),
    model.outputMaxTokens === null ? vscode.l10n.t('no limit') : formatTokens(model.outputMaxTokens),
    escapeMarkdown(formatUsd(model.batchUsd.input)),
    escapeMarkdown(formatUsd(model.batchUsd.outputMax)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function problemList(problems: readonly Problem[]): string[] {
  const told = problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
  if (told.length === 0) return [];
  const rows = told
    .slice(0, shownProblems)
    .map(
      ({ line, code, message }) =>
        `- ${vscode.l10n.t('line {0}', formatCount(line + 1))}: ${codeSpan(code)} ${escapeMarkdown(message)}`,
    );
  if (told.length > rows.length) rows.push(`- ${vscode.l10n.t('and more')}`);
  return [`## ${vscode.l10n.t('Problems')}`, rows.join('\n')];
}
