// Starts the language server when the first .jsonl file is open, and passes on what it says of each file.
import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State, TransportKind } from 'vscode-languageclient/node';
import {
  type FixOnDiskOptions,
  fixOnDiskCommand,
  type InitializationOptions,
  type SummaryParams,
  summaryNotification,
} from '#server/protocol';
import type { BatchFiles } from './batchFiles.ts';
import type { Log } from './log.ts';
import { openDocument, showAsUtf8 } from './openDocument.ts';
import { readServerSettings, section } from './settings.ts';

/** Files and unsaved documents; not the other side of a comparison, nor a log. */
const selector = ['file', 'untitled'].flatMap((scheme) => [
  { scheme, language: 'jsonl' },
  { scheme, pattern: '**/*.jsonl' },
]);

export interface RunningServer {
  stop(): Promise<void>;
}

export async function startLanguageServer(
  modulePath: string,
  files: BatchFiles,
  log: Log,
): Promise<RunningServer> {
  const initializationOptions: InitializationOptions = {
    clientCommands: true,
    settings: readServerSettings(),
  };
  const client = new LanguageClient(
    section,
    'LLM Batch',
    { module: modulePath, transport: TransportKind.ipc },
    {
      documentSelector: selector,
      initializationOptions,
      synchronize: { configurationSection: section },
      outputChannel: log.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: { executeCommand },
    },
  );
  client.onNotification(summaryNotification, (params: SummaryParams) => {
    // The server writes URIs in its own way; the editor's way is what tabs are compared with.
    files.update({ ...params, uri: vscode.Uri.parse(params.uri).toString() });
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) files.clear();
  });
  await client.start();
  return { stop: () => client.stop() };
}

/** The editor knows best what is not saved, and shows a file that was mended on disk as it is now. */
async function executeCommand(
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => unknown,
): Promise<unknown> {
  const [target, options] = args;
  if (command !== fixOnDiskCommand || typeof target !== 'string') return next(command, args);
  const uri = vscode.Uri.parse(target);
  const done = await next(command, [
    target,
    { ...(options as FixOnDiskOptions), saved: openDocument(uri)?.isDirty !== true },
  ]);
  if (done === true) await showAsUtf8(uri);
  return done;
}
