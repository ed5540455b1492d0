// Every command of the extension, its handler, and the one place where what went wrong in any of them is caught.
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { Parts } from '../parts.ts';
import { say } from '../say.ts';
import { adoptBatch } from './adoptBatch.ts';
import { cancelJob } from './cancelJob.ts';
import { connectProvider } from './connectProvider.ts';
import { copyJobId } from './copyJobId.ts';
import { countTokens } from './countTokens.ts';
import { disconnectProvider } from './disconnectProvider.ts';
import { findRequest } from './findRequest.ts';
import { fixAll } from './fixAll.ts';
import { getStarted } from './getStarted.ts';
import { importPrices } from './importPrices.ts';
import { openExample, openExampleWithMistakes } from './openExample.ts';
import { openResults } from './openResults.ts';
import { refreshJobs } from './refreshJobs.ts';
import { resolveJob } from './resolveJob.ts';
import { retryFailed } from './retryFailed.ts';
import { revealSource } from './revealSource.ts';
import { showReport } from './showReport.ts';
import { submit } from './submit.ts';
import { tryRequest } from './tryRequest.ts';
import { useSimulator } from './useSimulator.ts';

/** What package.json contributes; the manifest test compares. */
export type CommandId =
  | 'llmBatch.submit'
  | 'llmBatch.fixAll'
  | 'llmBatch.findRequest'
  | 'llmBatch.tryRequest'
  | 'llmBatch.countTokens'
  | 'llmBatch.cancelJob'
  | 'llmBatch.openResults'
  | 'llmBatch.revealSource'
  | 'llmBatch.retryFailed'
  | 'llmBatch.resolveJob'
  | 'llmBatch.showReport'
  | 'llmBatch.adoptBatch'
  | 'llmBatch.copyJobId'
  | 'llmBatch.refreshJobs'
  | 'llmBatch.importPrices'
  | 'llmBatch.connectProvider'
  | 'llmBatch.disconnectProvider'
  | 'llmBatch.openExample'
  | 'llmBatch.openExampleWithMistakes'
  | 'llmBatch.getStarted'
  | 'llmBatch.useSimulator'
  | 'llmBatch.showLog';

/** Arguments come from menus, lenses, links and other extensions: each handler looks at them itself. */
export type Handler = (parts: Parts, ...args: readonly unknown[]) => Promise<void>;

const handlers: Readonly<Record<CommandId, Handler>> = {
  'llmBatch.submit': submit,
  'llmBatch.fixAll': fixAll,
  'llmBatch.findRequest': findRequest,
  'llmBatch.tryRequest': tryRequest,
  'llmBatch.countTokens': countTokens,
  'llmBatch.cancelJob': cancelJob,
  'llmBatch.openResults': openResults,
  'llmBatch.revealSource': revealSource,
  'llmBatch.retryFailed': retryFailed,
  'llmBatch.resolveJob': resolveJob,
  'llmBatch.showReport': showReport,
  'llmBatch.adoptBatch': adoptBatch,
  'llmBatch.copyJobId': copyJobId,
  'llmBatch.refreshJobs': refreshJobs,
  'llmBatch.importPrices': importPrices,
  'llmBatch.connectProvider': connectProvider,
  'llmBatch.disconnectProvider': disconnectProvider,
  'llmBatch.openExample': openExample,
  'llmBatch.openExampleWithMistakes': openExampleWithMistakes,
  'llmBatch.getStarted': getStarted,
  'llmBatch.useSimulator': useSimulator,
  'llmBatch.showLog': async (parts) => parts.log.show(),
};

export function registerCommands(parts: Parts): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (...args: readonly unknown[]) =>
      atBoundary(id, parts.log, () => handler(parts, ...args)),
    ),
  );
  return vscode.Disposable.from(...registrations);
}

/** What a person stopped needs no words; a file that cannot be read is said plainly; the rest is a fault of ours. */
async function atBoundary(id: string, log: Log, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof vscode.CancellationError || (error instanceof Error && error.name === 'AbortError'))
      return;
    log.failure(id, error);
    const message = fileTrouble(error) ?? vscode.l10n.t('LLM Batch failed at this; the log says where.');
    void say('error', message, [{ title: vscode.l10n.t('Show log'), run: () => log.show() }]);
  }
}

/** Errors of the file system name a file and what is wrong with it; they quote nothing. */
function fileTrouble(error: unknown): string | null {
  return error instanceof Error && /^E[A-Z]+: /.test(error.message) ? error.message : null;
}
