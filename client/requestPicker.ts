// Which request is meant? A list that is searched while a person types: an id, words of the request, or `:` and a line.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatCount } from '#core';
import type { RunningServer } from './languageServer.ts';

export interface PickedRequest {
  /** 0-based. */
  readonly line: number;
  /** Only the line in the file is wanted, not the request alone. */
  readonly inFile: boolean;
}

interface Item extends vscode.QuickPickItem {
  /** Null: words that are no choice. */
  readonly line: number | null;
}

/** More is nothing that a person reads; another word finds less. */
const mostMatches = 100;
/** Between keystrokes of one word. */
const typingMs = 120;

export class RequestPicker implements vscode.Disposable {
  readonly #server: RunningServer;
  readonly #uri: vscode.Uri;
  readonly #pick = vscode.window.createQuickPick<Item>();
  readonly #toFile: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('go-to-file'),
    tooltip: vscode.l10n.t('Go to Line'),
  };
  #timer: NodeJS.Timeout | undefined;
  /** Enter was pressed before the answer was there. */
  #isWanted = false;
  #picked: (picked: PickedRequest | null) => void = () => {};
  #search: vscode.CancellationTokenSource | null = null;

  constructor(server: RunningServer, uri: vscode.Uri) {
    this.#server = server;
    this.#uri = uri;
  }

  /** Null when it was closed without a choice. */
  async pick(query: string): Promise<PickedRequest | null> {
    const pick = this.#pick;
    pick.placeholder = vscode.l10n.t('An id, words of the request, or :4812 for a line');
    pick.matchOnDetail = true;
    pick.value = query;
    const picked = new Promise<PickedRequest | null>((resolve) => {
      this.#picked = resolve;
    });
    pick.onDidAccept(() => this.#accept());
    pick.onDidTriggerItemButton(({ item: { line } }) => {
      if (line !== null) this.#picked({ line, inFile: true });
    });
    pick.onDidHide(() => this.#picked(null));
    pick.onDidChangeValue(() => this.#look(typingMs));
    pick.show();
    this.#look(0);
    return picked;
  }

  /** What was found for an earlier text is not what Enter means; it can still be the active item of a list just replaced. */
  #accept(): void {
    const { activeItems, busy, items } = this.#pick;
    this.#isWanted = busy;
    const item = items.find((item) => activeItems.includes(item)) ?? items[0];
    const line = item?.line ?? null;
    if (line !== null && !busy) this.#picked({ line, inFile: false });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#search?.cancel();
    this.#search?.dispose();
    this.#pick.dispose();
  }

  #look(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#search?.cancel();
    this.#search?.dispose();
    this.#search = null;
    this.#isWanted = false;
    const query = this.#pick.value.trim();
    this.#pick.busy = true;
    if (this.#pick.items.length === 0) this.#pick.items = [words(vscode.l10n.t('Searching…'))];
    this.#timer = setTimeout(() => void this.#find(query), delayMs);
  }

  async #find(query: string): Promise<void> {
    const search = new vscode.CancellationTokenSource();
    this.#search = search;
    const found = await this.#matches(query, search.token).catch((error: unknown) => ({
      items: [words(failureOf(error))],
      truncated: false,
    }));
    if (search !== this.#search) return;
    this.#pick.title = this.#title(found.truncated);
    this.#pick.items = found.items;
    this.#pick.busy = false;
    if (this.#isWanted) this.#accept();
  }

  async #matches(
    query: string,
    token: vscode.CancellationToken,
  ): Promise<{ readonly items: readonly Item[]; readonly truncated: boolean }> {
    const uri = this.#uri.toString();
    const line = lineOf(query);
    if (line !== null) {
      const request = line < 0 ? null : await this.#server.readRequest({ uri, line }, token);
      const none = words(vscode.l10n.t('There is no line {0}.', formatCount(line + 1)));
      return {
        items: [request === null ? none : this.#item(line, request.customId, request.preview)],
        truncated: false,
      };
    }
    const found = await this.#server.findRequests({ uri, query, limit: mostMatches }, token);
    const none = words(vscode.l10n.t('No request has this id or these words.'));
    const items = found.matches.map((match) => this.#item(match.line, match.customId, match.preview));
    return { items: items.length > 0 ? items : [none], truncated: found.truncated };
  }

  #item(line: number, customId: string | null, preview: string): Item {
    const place = vscode.l10n.t('line {0}', formatCount(line + 1));
    return {
      line,
      label: plain(customId ?? place),
      ...(customId === null ? {} : { description: place }),
      detail: plain(preview),
      buttons: [this.#toFile],
      alwaysShow: true,
    };
  }

  #title(truncated: boolean): string {
    const name = basename(this.#uri.path);
    return truncated
      ? vscode.l10n.t('Requests of {0}: the first {1}', name, formatCount(mostMatches))
      : vscode.l10n.t('Requests of {0}', name);
  }
}

/** `:4812`, as in VS Code's own list; 0-based. */
function lineOf(query: string): number | null {
  const [, digits] = /^:(\d{1,9})$/.exec(query) ?? [];
  return digits === undefined ? null : Number(digits) - 1;
}

/** `$(name)` in a request is no icon. */
function plain(text: string): string {
  return text.replace(/\$\(/g, '\\$(');
}

function words(label: string): Item {
  return { line: null, label: plain(label), alwaysShow: true };
}

/** What the server says of a file names it and what is wrong with it. */
function failureOf(error: unknown): string {
  const said = error instanceof Error ? error.message : '';
  return said === '' ? vscode.l10n.t('This file cannot be searched now.') : said;
}
