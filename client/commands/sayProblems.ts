// What stands in the way of a file, said before any money is spoken of: file errors stop it, row errors may be accepted.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { dialectOf, formatCount } from '#core';
import { openDocument } from '../openDocument.ts';
import type { Preflight } from '../preflight.ts';
import { type Offer, say } from '../say.ts';
import { showFile } from '../showFile.ts';

export interface Ways {
  /** What follows when nothing is in the way, or only what a person accepts. */
  goOn(): Promise<void>;
  /** Mends every error that can be mended unasked, and checks again. */
  fix(): Promise<void>;
}

/** @param unfit why the file can never be sent as it is; null where it can. */
export async function sayProblems(
  file: string,
  { check }: Preflight,
  unfit: string | null,
  { goOn, fix }: Ways,
): Promise<void> {
  const { errorsByScope, fixableErrors, problems, endpoint } = check.report;
  const show: Offer = {
    title: vscode.l10n.t('Show problems'),
    run: () => showProblems(file, check.report.problems),
  };
  const uri = vscode.Uri.file(file);
  const fixable = Object.values(fixableErrors).reduce((sum, count) => sum + count, 0);
  const fixes: readonly Offer[] =
    fixable === 0
      ? []
      : [{ title: fixTitle(formatCount(fixable), openDocument(uri) === undefined), run: fix }];
  if (check.provider === null || unfit !== null) {
    const reason = unfit ?? problems[0]?.message ?? '';
    await say('warning', vscode.l10n.t('{0} cannot be submitted. {1}', basename(file), reason), fixes);
  } else if (errorsByScope.file > 0) {
    await say('error', fileWords(errorsByScope.file, dialectOf(check.provider).title), [show, ...fixes]);
  } else if (endpoint === null) {
    await say('error', vscode.l10n.t('No request of {0} names an endpoint.', basename(file)), [
      show,
      ...fixes,
    ]);
  } else if (errorsByScope.row > 0) {
    await say('warning', rowWords(errorsByScope.row), [
      { title: vscode.l10n.t('Submit anyway'), run: goOn },
      show,
      ...fixes,
    ]);
  } else {
    await goOn();
  }
}

/** Without a document there is nothing to undo: the button says where it is mended. */
function fixTitle(count: string, onDisk: boolean): string {
  return onDisk ? vscode.l10n.t('Fix {0} on disk', count) : vscode.l10n.t('Fix {0}', count);
}

function fileWords(count: number, title: string): string {
  return count === 1
    ? vscode.l10n.t('1 error would make {0} reject the whole file.', title)
    : vscode.l10n.t('{0} errors would make {1} reject the whole file.', formatCount(count), title);
}

function rowWords(count: number): string {
  return count === 1
    ? vscode.l10n.t('1 error would make its request fail; the others would run.')
    : vscode.l10n.t('{0} errors would make their requests fail; the others would run.', formatCount(count));
}

async function showProblems(file: string, problems: Preflight['check']['report']['problems']): Promise<void> {
  const line = problems.find(({ severity }) => severity === 'error')?.line;
  await showFile(vscode.Uri.file(file), line === undefined ? {} : { line });
  await vscode.commands.executeCommand('workbench.actions.view.problems');
}
