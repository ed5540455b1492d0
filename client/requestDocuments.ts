// One request alone, indented, to be read: a file that is made when it is shown, when its source changes, and in the next window.
// As a file system, because VS Code opens no other virtual document again with its window.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RequestText } from '#server/protocol';
import type { BatchFiles } from './batchFiles.ts';
import type { RunningServer } from './languageServer.ts';
import { type RequestPlace, requestAddress, requestPlaceOf, requestScheme } from './requestPlace.ts';
import type { ServerStarter } from './serverStarter.ts';
import { tabOf, textTabs } from './showFile.ts';

interface RequestFile {
  readonly bytes: Uint8Array;
  /** When it was made: VS Code reads a file again whose time is another one. */
  readonly madeMs: number;
}

export class RequestDocuments implements vscode.Disposable, vscode.FileSystemProvider {
  readonly #server: ServerStarter;
  readonly #files: BatchFiles;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** What is shown, until its source is another one. */
  readonly #made = new Map<string, Promise<RequestFile>>();
  #registrations: vscode.Disposable[] = [];
  readonly onDidChangeFile = this.#changed.event;

  constructor(server: ServerStarter, files: BatchFiles) {
    this.#server = server;
    this.#files = files;
  }

  start(): void {
    this.#registrations = [
      vscode.workspace.registerFileSystemProvider(requestScheme, this, {
        isReadonly: true,
        isCaseSensitive: true,
      }),
      this.#files.onDidCheck((source) => this.#refresh(source)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#made.delete(uri.toString())),
    ];
  }

  /** Beside its file, in the place of the request that was shown there before. */
  async show(place: RequestPlace, isJson: boolean): Promise<void> {
    const source = vscode.Uri.parse(place.source);
    const uri = vscode.Uri.from(requestAddress(place, basename(source.path), isJson));
    const shown = textTabs().find((one) => one.uri.scheme === requestScheme)?.tab;
    const column = tabOf(source)?.group.viewColumn;
    const beside = column === undefined ? vscode.ViewColumn.Active : column + 1;
    const options = { viewColumn: shown?.group.viewColumn ?? beside, preview: true };
    await vscode.commands.executeCommand('vscode.open', uri, options);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, madeMs } = await this.#file(uri);
    const { File: type } = vscode.FileType;
    return {
      ...{ type, ctime: madeMs, mtime: madeMs, size: bytes.length },
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#file(uri)).bytes;
  }

  /** Changes are told of all that is shown. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    for (const registration of this.#registrations) registration.dispose();
    this.#changed.dispose();
  }

  #file(uri: vscode.Uri): Promise<RequestFile> {
    const key = uri.toString();
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const making = this.#make(uri);
    this.#made.set(key, making);
    making.catch(() => {
      if (this.#made.get(key) === making) this.#made.delete(key);
    });
    return making;
  }

  async #make(uri: vscode.Uri): Promise<RequestFile> {
    const place = requestPlaceOf(uri);
    const server = place === null ? null : await this.#server.running();
    const request = place === null || server === null ? null : await read(server, place);
    // The editor of a request that is gone keeps its text, struck out, as that of any file.
    if (request === null) throw vscode.FileSystemError.FileNotFound(uri);
    return { bytes: new TextEncoder().encode(request.text), madeMs: Date.now() };
  }

  #refresh(source: string): void {
    const uris = vscode.workspace.textDocuments
      .map(({ uri }) => uri)
      .filter((uri) => requestPlaceOf(uri)?.source === source);
    for (const uri of uris) this.#made.delete(uri.toString());
    if (uris.length > 0)
      this.#changed.fire(uris.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }
}

/** Ids are found whatever their case, and one that is alike may stand before it. */
const mostAlike = 100;

/** At its line, or wherever its id has gone to. */
async function read(
  server: RunningServer,
  { source, line, customId }: RequestPlace,
): Promise<RequestText | null> {
  const there = await server.readRequest({ uri: source, line });
  if (there?.customId === customId) return there;
  if (customId === null) return null;
  const { matches } = await server.findRequests({ uri: source, query: customId, limit: mostAlike });
  const moved = matches.find((match) => match.customId === customId);
  return moved === undefined ? null : server.readRequest({ uri: source, line: moved.line });
}
