// How does GitHub want problems in a workflow's log? As workflow commands, which it shows beside the lines they are about.
import type { Problem, Severity } from '#core';
import type { ShownCheck } from './check.ts';
import { printable } from './printable.ts';
import { fromHere } from './words.ts';

const commands = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
} as const satisfies Record<Severity, string>;

/** One line for each problem: `::error file=a.jsonl,line=2,col=15,endColumn=24,title=id.duplicate::"a" is also on line 1` */
export function workflowCommands({ name, report }: ShownCheck): string[] {
  const file: [string, string][] = name === '-' ? [] : [['file', fromHere(name).replaceAll('\\', '/')]];
  return report.problems.map((problem) => {
    const properties = [...file, ...placeOf(problem), ['title', problem.code] as const];
    const written = properties.map(([key, value]) => `${key}=${escapeProperty(value)}`);
    return `::${commands[problem.severity]} ${written.join(',')}::${escapeData(problem.message)}`;
  });
}

/** GitHub takes columns only of places within one line. */
function placeOf({ line, start, endLine, end }: Problem): readonly (readonly [string, string])[] {
  const first = ['line', String(line + 1)] as const;
  if (line !== endLine) return [first, ['endLine', String(endLine + 1)]];
  return [first, ['col', String(start + 1)], ['endColumn', String(end + 1)]];
}

/** As GitHub documents, then what could steer a terminal. */
function escapeData(text: string): string {
  return printable(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
