// What was mended, in words, and what is left.
import { formatCount, type ProblemCode } from '#core';
import type { ShownCheck } from './check.ts';
import { checkText } from './checkText.ts';
import type { Fixed } from './fixFiles.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** On stderr where standard output holds the patch or the mended lines. */
export function answerFixed(
  check: ShownCheck,
  fixed: Fixed,
  terminal: Terminal,
  { named }: { readonly named: boolean },
): void {
  const isAside = fixed.isDryRun || check.name === '-';
  const paint = isAside ? terminal.paintNote : terminal.paint;
  const lines = [
    fixedLine(check.name, fixed),
    ...(fixed.refused === null ? [] : [printable(fixed.refused)]),
    ...(fixed.isDryRun ? [] : checkText(check, paint, { named, columns: isAside ? null : terminal.columns })),
  ];
  for (const line of lines) {
    if (isAside) terminal.note(line);
    else terminal.print(line);
  }
}

/** "Fixed in reviews.jsonl: 2 id.duplicate, 1 request.url" */
function fixedLine(name: string, { applied, isDryRun }: Fixed): string {
  const file = name === '-' ? 'standard input' : printable(name);
  const codes = (Object.keys(applied) as ProblemCode[]).sort();
  const counts = codes.map((code) => `${formatCount(applied[code] ?? 0)} ${code}`);
  if (counts.length === 0) return `Nothing to fix in ${file}`;
  return `${isDryRun ? 'Would fix' : 'Fixed'} in ${file}: ${counts.join(', ')}`;
}
