// Fixes of a file in memory, as an editor would make them.

import {
  BatchFile,
  type CheckLineOptions,
  checkLine,
  editsOf,
  type FileEdit,
  type FileReport,
  type FixSource,
  type LineFacts,
  type Problem,
  type ProblemCode,
  safeEdits,
} from '#core';
import { checking } from '../checking.ts';

export function factsOf(text: string): LineFacts {
  return factsAs(text, checking);
}

function factsAs(text: string, how: CheckLineOptions): LineFacts {
  return checkLine(text, Buffer.byteLength(text), how);
}

export function sourceOf(lines: readonly string[], how: CheckLineOptions = checking): FixSource {
  const file = new BatchFile();
  for (const line of lines) file.push(factsAs(line, how));
  return { file, textOf: (line) => lines[line] ?? '', lineCount: lines.length, checking: how };
}

export function reportOf({ file, textOf }: FixSource): FileReport {
  return file.report({ dialect: checking.dialect, maxProblems: 1000, severity: {}, textOf });
}

/** Throws for edits that are out of order or overlap. */
export function apply(lines: readonly string[], edits: readonly FileEdit[]): string[] {
  const text = lines.join('\n');
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offsetOf = (line: number, column: number): number =>
    line >= starts.length ? text.length : (starts[line] ?? 0) + column;
  let [result, done] = ['', 0];
  for (const edit of edits) {
    const from = offsetOf(edit.line, edit.start);
    const to = offsetOf(edit.endLine, edit.end);
    if (from < done || to < from) throw new Error('edits overlap');
    result += text.slice(done, from) + edit.text;
    done = to;
  }
  result += text.slice(done);
  const after = result.split('\n');
  // What removing the last line leaves is the end of the one before it.
  if (edits.length > 0 && after.length > 1 && after.at(-1) === '' && lines.at(-1) !== '') after.pop();
  return after;
}

/** The lines after every safe fix. */
export function fixed(
  lines: readonly string[],
  codes?: readonly ProblemCode[],
  how: CheckLineOptions = checking,
): string[] {
  return apply(lines, safeEdits(sourceOf(lines, how), {}, codes && new Set(codes)));
}

/** The lines after one fix, by its title, of the first problem of a code that has one. */
export function chosen(lines: readonly string[], code: ProblemCode, title: string): string[] {
  const source = sourceOf(lines);
  const titles: string[] = [];
  for (const problem of reportOf(source).problems) {
    if (problem.code !== code) continue;
    const fix = problem.fixes.find((one) => one.title === title);
    if (fix !== undefined) return apply(lines, editsOf(source, problem, fix));
    titles.push(...problem.fixes.map((one) => one.title));
  }
  throw new Error(`no fix ${JSON.stringify(title)}, only ${JSON.stringify(titles)}`);
}

/** What is offered for the problems of a code, as "safe: title" or "offered: title". */
export function offers(lines: readonly string[], code: ProblemCode): string[] {
  const problems = reportOf(sourceOf(lines)).problems.filter((problem: Problem) => problem.code === code);
  return problems.flatMap(({ fixes }) =>
    fixes.map(({ safe, title }) => `${safe ? 'safe' : 'offered'}: ${title}`),
  );
}
