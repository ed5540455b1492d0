// What a light bulb offers: the fixes of the problems in a range, the same for the whole file, and all that is safe.
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range,
} from 'vscode-languageserver/node';
import {
  byteCodes,
  type CountByCode,
  type FileReport,
  type Fix,
  formatCount,
  type Place,
  type ProblemCode,
} from '#core';
import { toDiagnostic } from '../diagnostics.ts';
import type { DocumentSession } from '../documentSession.ts';
import type { LineDocument, LinePosition } from '../lineDocument.ts';
import { type FixOnDiskOptions, fixAllKind, fixErrorsKind, fixOnDiskCommand } from '../protocol.ts';
import { type ActionData, type Choice, type EditClient, editOf } from './fixEdit.ts';

export interface ActionClient extends EditClient {
  /** Asks for an action's edit when it is chosen. */
  readonly resolves: boolean;
}

/** @param pages the folder with a page per problem code. */
export function codeActions(
  session: DocumentSession,
  { range, context: { only } }: CodeActionParams,
  client: ActionClient,
  pages: string,
): CodeAction[] {
  const { report, document } = session;
  if (report === null) return [];
  const withEdit: WithEdit = (action, choice) => {
    const data: ActionData = { uri: document.uri, version: document.version, choice };
    if (client.resolves) return { ...action, data };
    return { ...action, edit: editOf(session, choice, client) ?? {} };
  };
  const ofFile = only === undefined ? [] : sourceActions(report, only, withEdit);
  if (only !== undefined && !includesKind(only, CodeActionKind.QuickFix)) return ofFile;
  return [...ofFile, ...quickFixes(report, document, range, pages, withEdit)];
}

/** Adds the edit that a choice stands for, or what it takes to make it later. */
type WithEdit = (action: CodeAction, choice: Choice) => CodeAction;

function includesKind(only: readonly string[], kind: string): boolean {
  return only.some((one) => kind === one || kind.startsWith(`${one}.`));
}

/** For "fix on save" and the like: not among what is offered where the cursor is. */
function sourceActions(report: FileReport, only: readonly string[], withEdit: WithEdit): CodeAction[] {
  const actions: CodeAction[] = [];
  if (includesKind(only, fixAllKind) && codesInText(report.fixable).length > 0) {
    const action = { title: 'Fix all safe problems in this file', kind: fixAllKind };
    actions.push(withEdit(action, { kind: 'fixAll', codes: null }));
  }
  const errors = codesInText(report.fixableErrors);
  if (only.includes(fixErrorsKind) && errors.length > 0) {
    const action = { title: 'Fix all safe errors in this file', kind: fixErrorsKind };
    actions.push(withEdit(action, { kind: 'fixAll', codes: errors }));
  }
  return actions;
}

function quickFixes(
  report: FileReport,
  document: LineDocument,
  range: Range,
  pages: string,
  withEdit: WithEdit,
): CodeAction[] {
  const actions: CodeAction[] = [];
  const from = document.fromClient(range.start);
  const to = document.fromClient(range.end);
  const alike = new Map<ProblemCode, Diagnostic[]>();
  for (const problem of report.problems) {
    if (problem.fixes.length === 0 || !touches(problem, from, to)) continue;
    const diagnostic = toDiagnostic(problem, document, pages);
    const safe = problem.fixes.findIndex((fix) => fix.safe);
    for (const [index, fix] of problem.fixes.entries()) {
      const action = quickFix(fix.title, [diagnostic], index === safe);
      const { code, line, start } = problem;
      if (fix.change.kind === 'reencode') actions.push(onDisk(action, document.uri, fix));
      else actions.push(withEdit(action, { kind: 'fix', code, line, start, fix: index }));
    }
    if (!isOfLine(problem.fixes[safe])) continue;
    const others = alike.get(problem.code);
    if (others === undefined) alike.set(problem.code, [diagnostic]);
    else others.push(diagnostic);
  }
  for (const [code, diagnostics] of alike) {
    const count = report.fixable[code] ?? 0;
    if (count < 2) continue;
    const title = `Fix all ${formatCount(count)} ${code} problems in this file`;
    actions.push(withEdit(quickFix(title, diagnostics, false), { kind: 'fixAll', codes: [code] }));
  }
  return actions;
}

function quickFix(title: string, diagnostics: Diagnostic[], isPreferred: boolean): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, diagnostics, ...(isPreferred ? { isPreferred } : {}) };
}

/** An editor shows text and saves bytes as it likes: what is wrong with them is mended in the file. */
function onDisk(action: CodeAction, uri: string, { safe }: Fix): CodeAction {
  const options: FixOnDiskOptions = { chosen: !safe };
  return {
    ...action,
    command: { title: action.title, command: fixOnDiskCommand, arguments: [uri, options] },
  };
}

function touches(place: Place, from: LinePosition, to: LinePosition): boolean {
  const startsBehind = place.line > to.line || (place.line === to.line && place.start > to.column);
  const endsBefore = place.endLine < from.line || (place.endLine === from.line && place.end < from.column);
  return !startsBehind && !endsBefore;
}

/** What changes the whole file mends all its like at once. */
function isOfLine(fix: Fix | undefined): boolean {
  return fix !== undefined && fix.change.kind !== 'reencode' && fix.change.kind !== 'toLines';
}

/** Without those that only the bytes on disk have. */
function codesInText(counts: CountByCode): readonly ProblemCode[] {
  const codes = Object.keys(counts) as ProblemCode[];
  return codes.filter((code) => !byteCodes.includes(code));
}
