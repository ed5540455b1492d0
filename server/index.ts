// The door of server: starts it on a connection taken from the process's arguments (--stdio, --node-ipc, --socket).
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { LanguageServer } from './server.ts';

export function startLanguageServer(): void {
  new LanguageServer(createConnection(ProposedFeatures.all)).listen();
}
