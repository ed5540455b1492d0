// Mends a file where a person has it: in its open document as one edit that can be undone, else on disk in a worker.
import * as vscode from 'vscode';
import { byteCodes, type CountByCode, type ProblemCode } from '#core';
import { fixErrorsKind } from '#server/protocol';
import { openDocument, showAsUtf8 } from './openDocument.ts';
import type { Parts } from './parts.ts';
import { configFor } from './preflight.ts';
import { say } from './say.ts';

/** @param kind of the language server's action. @returns how many places of the text changed. */
export async function fixInEditor(document: vscode.TextDocument, kind: string): Promise<number> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    whole,
    kind,
    1,
  );
  const edit = actions.find((action) => action.kind?.value === kind)?.edit;
  const places = edit?.get(document.uri).length ?? 0;
  return edit !== undefined && places > 0 && (await vscode.workspace.applyEdit(edit)) ? places : 0;
}

/** @param codes all where none are given. @returns how many problems were mended; null when the file could not be written. */
export async function fixOnDisk(
  { engine, signal }: Parts,
  uri: vscode.Uri,
  codes?: readonly ProblemCode[],
): Promise<number | null> {
  const path = uri.fsPath;
  const pool = await engine.pool();
  const today = new Date().toISOString().slice(0, 10);
  const config = await configFor(engine, path);
  const report = await pool.run(
    'fix',
    { path, config, today, provider: 'auto', write: true, ...(codes ? { codes } : {}) },
    { signal, priority: 'interactive' },
  );
  if ('kind' in report) {
    void say('error', report.message);
    return null;
  }
  if (report.refused !== null) void say('warning', report.refused);
  await showAsUtf8(uri);
  return Object.values(report.applied).reduce((sum, count) => sum + count, 0);
}

/** Mends the errors that stand in the way of a file that is saved, and saves what it changed. */
export async function fixErrors(parts: Parts, uri: vscode.Uri, errors: CountByCode): Promise<void> {
  const codes = Object.keys(errors) as ProblemCode[];
  const ofBytes = codes.filter((code) => byteCodes.includes(code));
  const document = openDocument(uri);
  if (document === undefined) {
    await fixOnDisk(parts, uri, codes);
    return;
  }
  const wasSaved = !document.isDirty;
  const places = codes.length > ofBytes.length ? await fixInEditor(document, fixErrorsKind) : 0;
  if (wasSaved && places > 0) await document.save();
  if (wasSaved && ofBytes.length > 0) await fixOnDisk(parts, uri, ofBytes);
}
