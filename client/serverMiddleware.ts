// What happens to messages on their way to the language server: large documents wait for their first problems, and a command
// is told what the editor knows.
import * as vscode from 'vscode';
import type { DidCloseTextDocumentParams, LanguageClient, Middleware } from 'vscode-languageclient/node';
import { beginningRequest, type FixOnDiskOptions, fixOnDiskCommand } from '#server/protocol';
import { beginningOf } from './beginningOf.ts';
import { type DocumentEvent, DocumentMessages } from './documentMessages.ts';
import { MessageOrder, type Place } from './messageOrder.ts';
import { showAsUtf8 } from './openDocument.ts';
import { isUnsaved } from './showFile.ts';
import { untilDrawn } from './untilDrawn.ts';

const documentEvents: ReadonlyMap<string, DocumentEvent> = new Map([
  ['textDocument/didOpen', 'open'],
  ['textDocument/didChange', 'change'],
  ['textDocument/didClose', 'close'],
]);

/** @param clientOf is asked once messages are sent: a client is made with its middleware. */
export function serverMiddleware(clientOf: () => LanguageClient): Middleware {
  const order = new MessageOrder();
  const uriOf = ({ uri }: vscode.TextDocument): string => clientOf().code2ProtocolConverter.asUri(uri);
  const documents = new DocumentMessages<vscode.TextDocument>(order, {
    uriOf,
    beginningOf: (document) => beginningOf(document, uriOf(document)),
    show: ({ uri }, beginning) =>
      untilDrawn(uri, () => clientOf().sendRequest<boolean>(beginningRequest, beginning)),
  });
  const placeOf = (method: string, params: unknown): Place | undefined => {
    const event = documentEvents.get(method);
    return event && documents.placeOf(event, (params as DidCloseTextDocumentParams).textDocument.uri);
  };
  return {
    executeCommand,
    didOpen: (document, next) => documents.open(document, () => next(document)),
    didChange: (event, next) => documents.change(event.document, () => next(event)),
    didClose: (document, next) => documents.close(document, () => next(document)),
    sendNotification: (type, next, params) =>
      order.send(() => next(type, params), placeOf(methodOf(type), params)),
    sendRequest: (type, params, token, next) =>
      methodOf(type) === beginningRequest
        ? next(type, params, token)
        : order.send(() => next(type, params, token)),
  };
}

function methodOf(type: string | { readonly method: string }): string {
  return typeof type === 'string' ? type : type.method;
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
  const done = await next(command, [target, { ...(options as FixOnDiskOptions), saved: !isUnsaved(uri) }]);
  if (done === true) await showAsUtf8(uri);
  return done;
}
