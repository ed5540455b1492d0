// From an id, or words that somebody remembers, to the request: alone and readable, beside its line in the file.
import * as vscode from 'vscode';
import { activeFile } from '../batchFiles.ts';
import type { RunningServer } from '../languageServer.ts';
import { uriOf } from '../openDocument.ts';
import type { Parts } from '../parts.ts';
import { type PickedRequest, RequestPicker } from '../requestPicker.ts';
import { requestPlaceOf } from '../requestPlace.ts';
import { say } from '../say.ts';
import { showFile } from '../showFile.ts';

/** @param target a URI, or its text, or nothing for the file in front. @param query what is searched for at first. */
export async function findRequest(parts: Parts, target?: unknown, query?: unknown): Promise<void> {
  const uri = sourceOf(uriOf(target) ?? activeFile());
  const server = uri === null ? null : await parts.server.running();
  if (uri === null || server === null) {
    void say('info', vscode.l10n.t('Open a batch file first, then look for a request of it.'));
    return;
  }
  const picker = new RequestPicker(server, uri);
  const picked = await picker.pick(typeof query === 'string' ? query : '');
  picker.dispose();
  if (picked !== null) await show(parts, server, uri, picked);
}

/** Of a request that is shown alone, the file it is from. */
function sourceOf(uri: vscode.Uri | null): vscode.Uri | null {
  const place = uri === null ? null : requestPlaceOf(uri);
  return place === null ? uri : vscode.Uri.parse(place.source);
}

async function show(
  parts: Parts,
  server: RunningServer,
  uri: vscode.Uri,
  { line, inFile }: PickedRequest,
): Promise<void> {
  const request = await server.readRequest({ uri: uri.toString(), line });
  if (request === null) {
    void say('warning', vscode.l10n.t('The file has changed; look for the request again.'));
    return;
  }
  const { customId, isJson, editorLine } = request;
  await showFile(uri, { line: editorLine, preserveFocus: !inFile });
  if (inFile) return;
  await parts.requests.show({ source: uri.toString(), line, customId }, isJson);
}
