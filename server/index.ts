// The door of server: starts it on a connection taken from the process's arguments (--stdio, --node-ipc, --socket, --pipe).

import { Console } from 'node:console';
import {
  type Connection,
  createConnection,
  ProposedFeatures,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { DocumentMessageReader } from './messageReader.ts';
import type { Beginning } from './protocol.ts';
import { LanguageServer } from './server.ts';

export function startLanguageServer(): void {
  // Told of by the connection, which the server is made with.
  let server: LanguageServer | null = null;
  const onBeginning = (beginning: Beginning): void => server?.begin(beginning);
  const isStdio = process.argv.includes('--stdio');
  const connection = isStdio ? connectOverStdio(onBeginning) : createConnection(ProposedFeatures.all);
  server = new LanguageServer(connection);
  server.listen();
  // As the other connections do by themselves: a client that is gone needs no server.
  const end = (): never => process.exit(server?.isShutDown === true ? 0 : 1);
  if (isStdio) process.stdin.on('end', end).on('close', end);
}

function connectOverStdio(onBeginning: (beginning: Beginning) => void): Connection {
  const { stdin, stdout, stderr } = process;
  // Standard output belongs to the protocol.
  globalThis.console = new Console(stderr);
  const reader = new DocumentMessageReader(stdin, onBeginning);
  return createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(stdout));
}
