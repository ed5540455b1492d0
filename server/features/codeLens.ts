// The file's totals above its first line, with what a person does next.
import type { CodeLens } from 'vscode-languageserver/node';
import type { DocumentSession } from '../documentSession.ts';
import { summaryLine } from '../summary.ts';

/** @param clientCommands whether the client runs `llmBatch.submit`; other editors get the totals alone. */
export function codeLenses(session: DocumentSession, clientCommands: boolean): CodeLens[] {
  if (session.report === null) return [];
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const lenses: CodeLens[] = [
    { range, command: { title: `LLM Batch: ${summaryLine(session)}`, command: '' } },
  ];
  if (clientCommands) {
    lenses.push({
      range,
      command: { title: 'Submit', command: 'llmBatch.submit', arguments: [session.document.uri] },
    });
  }
  return lenses;
}
