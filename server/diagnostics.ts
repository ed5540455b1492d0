// Problems of the core as LSP diagnostics.

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from 'vscode-languageserver/node';
import type { FileReport, Place, Problem, Severity } from '#core';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** @param pages the folder with a page per problem code, as a URL that ends in a slash. */
export function toDiagnostics(uri: string, report: FileReport, pages: string): Diagnostic[] {
  return report.problems.map((problem) => ({
    range: toRange(problem),
    severity: severities[problem.severity],
    source: 'llm-batch',
    code: problem.code,
    codeDescription: { href: `${pages}${problem.code}.md` },
    message: problem.message,
    ...(problem.code === 'body.deprecated' ? { tags: [DiagnosticTag.Deprecated] } : {}),
    ...(problem.related.length > 0 ? { relatedInformation: relatedInformation(uri, problem) } : {}),
  }));
}

/** The pages beside the bundle (`dist/`) as beside the sources. */
export function problemPages(moduleUrl: string): string {
  return new URL('../docs/problems/', moduleUrl).href;
}

function relatedInformation(uri: string, problem: Problem): NonNullable<Diagnostic['relatedInformation']> {
  return problem.related.map((place) => ({
    location: { uri, range: toRange(place) },
    message: place.message,
  }));
}

function toRange(place: Place): Range {
  return {
    start: { line: place.line, character: place.start },
    end: { line: place.endLine, character: place.end },
  };
}
