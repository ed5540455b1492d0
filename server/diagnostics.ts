// Problems of the core as LSP diagnostics.

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from 'vscode-languageserver/node';
import type { Place, Problem, Severity } from '#core';

/** Where the problems are: a document, or a file on disk. */
export interface PlacedFile {
  readonly uri: string;
  toClientRange(place: Place): Range;
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** @param pages the folder with a page per problem code, as a URL that ends in a slash. */
export function toDiagnostic(problem: Problem, document: PlacedFile, pages: string): Diagnostic {
  return {
    range: document.toClientRange(problem),
    severity: severities[problem.severity],
    source: 'llm-batch',
    code: problem.code,
    codeDescription: { href: `${pages}${problem.code}.md` },
    message: problem.message,
    ...(problem.code === 'body.deprecated' ? { tags: [DiagnosticTag.Deprecated] } : {}),
    ...(problem.related.length > 0 ? { relatedInformation: relatedInformation(problem, document) } : {}),
  };
}

/** The pages beside the bundle (`dist/`) as beside the sources. */
export function problemPages(moduleUrl: string): string {
  return new URL('../docs/problems/', moduleUrl).href;
}

function relatedInformation(
  problem: Problem,
  document: PlacedFile,
): NonNullable<Diagnostic['relatedInformation']> {
  return problem.related.map((place) => ({
    location: { uri: document.uri, range: document.toClientRange(place) },
    message: place.message,
  }));
}
