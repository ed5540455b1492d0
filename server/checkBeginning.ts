// What is wrong with the first lines of a large document, of which the rest is still on its way?
import { type Configuration, checkLine, type FileReport } from '#core';
import { DocumentKind } from './documentKind.ts';
import { maxProblems } from './documentSession.ts';
import { LineDocument } from './lineDocument.ts';
import type { Beginning } from './protocol.ts';

export interface FirstProblems {
  readonly document: LineDocument;
  readonly report: FileReport;
}

/** @returns null where these lines do not show requests: what they are is said when the rest is there. */
export function checkBeginning(
  { uri, version, text }: Beginning,
  config: Configuration,
  today: string,
): FirstProblems | null {
  const document = new LineDocument(uri, version, text);
  const kind = new DocumentKind(document);
  kind.decide(config);
  if (kind.content !== 'requests') return null;
  const { file } = document;
  const options = { dialect: kind.dialect, config: kind.config, today };
  for (const [line] of document.lines.entries()) {
    const json = document.jsonOf(line);
    file.splice(line, 1, [checkLine(json, Buffer.byteLength(json), options)]);
  }
  if (file.requestCount === 0 || file.shape !== null) return null;
  const report = file.report({
    maxProblems,
    dialect: kind.dialect,
    severity: kind.config.severity,
    textOf: (line) => document.jsonOf(line),
  });
  return { document, report };
}
