// The edit that a chosen fix stands for, made from the present text when it is asked for.
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { editsOf, type FileEdit, type FixSource, type ProblemCode, safeEdits } from '#core';
import type { DocumentSession } from '../documentSession.ts';

export interface EditClient {
  /** Compares the version that an edit is for with its own. */
  readonly versions: boolean;
}

/** Problems are named by their place: their numbers change with each report. */
export type Choice =
  | {
      readonly kind: 'fix';
      readonly code: ProblemCode;
      readonly line: number;
      readonly start: number;
      /** Which of the problem's fixes. */
      readonly fix: number;
    }
  /** Null: of all codes. */
  | { readonly kind: 'fixAll'; readonly codes: readonly ProblemCode[] | null };

/** What an action carries until its edit is asked for. */
export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly choice: Choice;
}

/** Null when the problem is not there any more. */
export function editOf(session: DocumentSession, choice: Choice, client: EditClient): WorkspaceEdit | null {
  const { document } = session;
  const edits = fileEdits(session, choice);
  if (edits === null) return null;
  const textEdits = edits.map(
    (edit): TextEdit => ({ range: document.toClientRange(edit), newText: edit.text }),
  );
  const { uri, version } = document;
  return client.versions
    ? { documentChanges: [{ textDocument: { uri, version }, edits: textEdits }] }
    : { changes: { [uri]: textEdits } };
}

function fileEdits(session: DocumentSession, choice: Choice): readonly FileEdit[] | null {
  const { document, report } = session;
  const source: FixSource = {
    file: document.file,
    textOf: (line) => document.jsonOf(line),
    lineCount: document.lines.length,
    checking: session.checking,
  };
  if (choice.kind === 'fixAll') {
    return safeEdits(
      source,
      session.checking.config.severity,
      choice.codes === null ? undefined : new Set(choice.codes),
    );
  }
  const { code, line, start } = choice;
  const problem = report?.problems.find(
    (one) => one.line === line && one.start === start && one.code === code,
  );
  const fix = problem?.fixes[choice.fix];
  return problem === undefined || fix === undefined ? null : editsOf(source, problem, fix);
}
