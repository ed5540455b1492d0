// Starts the language server when the first .jsonl file is open, and passes on what it says of each file.
import * as vscode from 'vscode';
import {
  CancellationToken,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  type FindRequestsParams,
  type FoundRequests,
  findRequestsRequest,
  type InitializationOptions,
  type LargeFilesParams,
  largeFilesNotification,
  type ReadRequestParams,
  type RequestText,
  readRequestRequest,
  type SummaryParams,
  summaryNotification,
} from '#server/protocol';
import type { BatchFiles } from './batchFiles.ts';
import { schemes } from './jsonLines.ts';
import type { LargeFiles } from './largeFiles.ts';
import type { Log } from './log.ts';
import { serverMiddleware } from './serverMiddleware.ts';
import { readServerSettings, section } from './settings.ts';

/** A token that is undefined would be sent as one of the parameters. */
const never = CancellationToken.None;

const selector = schemes.flatMap((scheme) => [
  { scheme, language: 'jsonl' },
  { scheme, pattern: '**/*.jsonl' },
]);

export interface RunningServer {
  /** Rejects when the file cannot be read, or the server is gone. */
  findRequests(params: FindRequestsParams, token?: vscode.CancellationToken): Promise<FoundRequests>;
  /** Null where the file has no such line. Rejects like `findRequests`. */
  readRequest(params: ReadRequestParams, token?: vscode.CancellationToken): Promise<RequestText | null>;
  stop(): Promise<void>;
}

export async function startLanguageServer(
  modulePath: string,
  files: BatchFiles,
  large: LargeFiles,
  log: Log,
): Promise<RunningServer> {
  const initializationOptions: InitializationOptions = {
    clientCommands: true,
    settings: readServerSettings(),
  };
  const client: LanguageClient = new LanguageClient(
    section,
    'LLM Batch',
    // The server reads a large document while it arrives, which it cannot where messages come whole.
    { module: modulePath, transport: TransportKind.stdio },
    {
      documentSelector: selector,
      initializationOptions,
      synchronize: { configurationSection: section },
      outputChannel: log.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: serverMiddleware(() => client),
    },
  );
  client.onNotification(summaryNotification, (params: SummaryParams) => {
    // The server writes URIs in its own way; the editor's way is what tabs are compared with.
    files.update({ ...params, uri: vscode.Uri.parse(params.uri).toString() });
  });
  const tellLargeFiles = (): void => {
    if (client.state !== State.Running) return;
    const params: LargeFilesParams = { uris: large.uris };
    void client.sendNotification(largeFilesNotification, params).catch((error: unknown) => {
      log.failure('telling the language server of large files', error);
    });
  };
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) files.clear();
    // Also one that was started again after a crash.
    if (newState === State.Running) tellLargeFiles();
  });
  const listener = large.onDidChange(tellLargeFiles);
  await client.start();
  return {
    findRequests: (params, token = never) => client.sendRequest(findRequestsRequest, params, token),
    readRequest: (params, token = never) => client.sendRequest(readRequestRequest, params, token),
    stop: () => {
      listener.dispose();
      return client.stop();
    },
  };
}
