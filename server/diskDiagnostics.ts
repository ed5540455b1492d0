// Problems of a file on disk where the client, which has its own idea of lines, shows them.
import type { Diagnostic, Range } from 'vscode-languageserver/node';
import type { Place, Problem } from '#core';
import { type EditorPlacesOptions, editorPlaces, type FilePlace } from '#files';
import { toDiagnostic } from './diagnostics.ts';

/**
 * @param pages the folder with a page per problem code, as a URL that ends in a slash.
 * @throws FileFailureError for what cannot be read, or AbortError.
 */
export async function diskDiagnostics(
  file: { readonly uri: string; readonly path: string },
  problems: readonly Problem[],
  pages: string,
  options: EditorPlacesOptions,
): Promise<Diagnostic[]> {
  const places: readonly Place[] = problems.flatMap((problem): readonly Place[] => [
    problem,
    ...problem.related,
  ]);
  const ends = await editorPlaces(file.path, places.flatMap(endsOf), options);
  const ranges = new Map(places.map((place, index) => [place, rangeOf(ends, index)]));
  const toClientRange = (place: Place): Range => ranges.get(place) as Range;
  return problems.map((problem) => toDiagnostic(problem, { uri: file.uri, toClientRange }, pages));
}

function endsOf({ line, start, endLine, end }: Place): readonly FilePlace[] {
  return [
    { line, column: start },
    { line: endLine, column: end },
  ];
}

function rangeOf(ends: readonly FilePlace[], index: number): Range {
  const position = ({ line, column }: FilePlace): Range['start'] => ({ line, character: column });
  return { start: position(ends[2 * index] as FilePlace), end: position(ends[2 * index + 1] as FilePlace) };
}
