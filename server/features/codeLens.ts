// The file's totals above its first line, with what a person does next.
import type { CodeLens } from 'vscode-languageserver/node';

/**
 * @param totals the line of `summaryLine`.
 * @param canSubmit whether the client runs `llmBatch.submit`, and such requests can be sent; else there are the totals alone.
 */
export function codeLenses(uri: string, totals: string, canSubmit: boolean): CodeLens[] {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const lenses: CodeLens[] = [{ range, command: { title: `LLM Batch: ${totals}`, command: '' } }];
  if (canSubmit) {
    lenses.push({ range, command: { title: 'Submit', command: 'llmBatch.submit', arguments: [uri] } });
  }
  return lenses;
}
