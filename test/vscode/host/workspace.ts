// The workspace and the jobs that host tests look at.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Job } from '#core';

export function folder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}

export function document(name: string): Thenable<vscode.TextDocument> {
  return vscode.workspace.openTextDocument(join(folder(), name));
}

/** The records on disk, as another process sees them. */
export function jobs(): Job[] {
  const home = join(process.env.LLM_BATCH_HOME ?? '', 'jobs');
  const names = (() => {
    try {
      return readdirSync(home);
    } catch {
      return [];
    }
  })();
  return names.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(home, name, 'job.json'), 'utf8')) as Job];
    } catch {
      return [];
    }
  });
}

/** Agrees to the plan, the one modal question of a submit. */
export async function submitWithoutAsking(uri: vscode.Uri): Promise<void> {
  const window = vscode.window as { showInformationMessage: unknown };
  const original = window.showInformationMessage;
  window.showInformationMessage = (
    _message: string,
    options: { readonly modal?: boolean },
    ...items: (string | vscode.MessageItem)[]
  ) => {
    if (options?.modal !== true) return Promise.resolve(undefined);
    return Promise.resolve(items[0]);
  };
  try {
    await vscode.commands.executeCommand('llmBatch.submit', uri);
  } finally {
    window.showInformationMessage = original;
  }
}

/** Settings of this computer while something runs; each as it was afterwards. */
export async function withSettings(
  values: Readonly<Record<string, unknown>>,
  act: () => Promise<unknown>,
): Promise<void> {
  const settings = vscode.workspace.getConfiguration('llmBatch');
  const { Global } = vscode.ConfigurationTarget;
  const before = Object.keys(values).map((name) => [name, settings.inspect(name)?.globalValue] as const);
  for (const [name, value] of Object.entries(values)) await settings.update(name, value, Global);
  try {
    await act();
  } finally {
    for (const [name, value] of before) await settings.update(name, value, Global);
  }
}

/** The rows of the sidebar that stand for a job of this file, as they are drawn now, each with those below it. */
export function rowsOf(file: string): readonly DrawnRow[] {
  const api = vscode.extensions.getExtension('llm-batch.llm-batch')?.exports as
    | { jobTree(): readonly DrawnRow[] }
    | undefined;
  const all = (rows: readonly DrawnRow[]): readonly DrawnRow[] =>
    rows.flatMap((row) => [row, ...all(row.children)]);
  const ids = jobs().flatMap((job) => (job.file === file ? [`job/${job.id}`] : []));
  return all(api?.jobTree() ?? []).filter(({ id }) => ids.includes(id));
}

export interface DrawnRow {
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
  readonly children: readonly DrawnRow[];
}

/** The codes of a file's problems, as the editor shows them, in the order of their places. */
export function codesOf(uri: vscode.Uri): readonly string[] {
  return vscode.languages
    .getDiagnostics(uri)
    .toSorted((a, b) => a.range.start.compareTo(b.range.start))
    .map(({ code }) => String(typeof code === 'object' ? code.value : code));
}

const loudnesses = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

/** Answers every message while something runs: with a button that is wanted, else by closing it. @returns what was said. */
export async function answering(wanted: readonly string[], act: () => unknown): Promise<readonly string[]> {
  const window = vscode.window as unknown as Record<(typeof loudnesses)[number], unknown>;
  const originals = loudnesses.map((loudness) => [loudness, window[loudness]] as const);
  const said: string[] = [];
  for (const loudness of loudnesses) {
    window[loudness] = async (message: string, ...items: readonly unknown[]) => {
      said.push(message);
      return items.find((item) => wanted.some((title) => title === item));
    };
  }
  try {
    await act();
  } finally {
    for (const [loudness, original] of originals) window[loudness] = original;
  }
  return said;
}

interface Picked {
  /** What the dialog for opening a file gives. */
  readonly file?: string;
  /** The item that is chosen of a list; none fits: the list is closed. */
  readonly label?: RegExp;
  /** Takes what the items of lists say besides. */
  readonly details?: string[];
}

/** Answers lists and file dialogs while something runs. */
export async function picking({ file, label, details }: Picked, act: () => unknown): Promise<void> {
  const window = vscode.window as unknown as Record<'showQuickPick' | 'showOpenDialog', unknown>;
  const { showQuickPick, showOpenDialog } = window;
  window.showQuickPick = async (items: readonly vscode.QuickPickItem[]) => {
    details?.push(...items.map(({ detail }) => detail ?? ''));
    return items.find((item) => label?.test(item.label) ?? false);
  };
  window.showOpenDialog = async () => (file === undefined ? undefined : [vscode.Uri.file(file)]);
  try {
    await act();
  } finally {
    Object.assign(window, { showQuickPick, showOpenDialog });
  }
}

export function hintsOf({ uri, lineCount }: vscode.TextDocument): Thenable<readonly vscode.InlayHint[]> {
  const range = new vscode.Range(0, 0, lineCount, 0);
  return vscode.commands.executeCommand('vscode.executeInlayHintProvider', uri, range);
}

export function lensesOf({ uri }: vscode.TextDocument): Thenable<readonly vscode.CodeLens[]> {
  return vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri);
}

/** The text of all hovers at a place of the first line. */
export async function hoverAt({ uri }: vscode.TextDocument, character: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    uri,
    new vscode.Position(0, character),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}
