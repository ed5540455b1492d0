// What is said of a merge: how many rows ended how, why some failed, what was odd, and what can be done next.
import {
  type ErrorClass,
  formatCount,
  formatNumberOf,
  formatUsd,
  type NoteClass,
  noteWords,
  rowsWords,
} from '#core';
import type { Duplicate, MergeReport, ResultLineName, SurplusLine } from '#files';
import { unanswered } from './jobWords.ts';
import { printable } from './printable.ts';
import { shellWord, shownPath } from './words.ts';

/** How many of each kind of oddity are shown one by one. */
const shownOf = 5;

/** @param out null for standard output. */
export function mergeLines(report: MergeReport, requests: string, out: string | null): string[] {
  const lines = joinedLines(report, out, costWords(report));
  if (unanswered(report.rows) > 0 && out !== null && requests !== '-') {
    const words = [requests, out].map((path) => shellWord(shownPath(path))).join(' ');
    lines.push(`To write those that were not answered to a new file: llm-batch retry ${words}`);
  }
  return lines;
}

/** Without what can be done next. @param cost of all rows, in words. */
export function joinedLines(report: MergeReport, out: string | null, cost: string): string[] {
  const place = out === null ? '' : `${shownPath(out)}: `;
  return [
    `${place}${formatNumberOf(report.requests, 'row')}: ${rowsWords(report.rows)} · ${cost}`,
    ...errorLines(report.errors),
    ...noteLines(report.notes),
    ...uncheckedLines(report.uncheckedAnswers),
    ...duplicateLines(report.duplicates),
    ...surplusLines(report),
    ...report.unreadable.slice(0, shownOf).map((line) => `  ${placeOf(line)}: ${printable(line.message)}`),
  ];
}

export function costWords({ costUsd, unpricedRows }: MergeReport): string {
  if (costUsd !== null) return formatUsd(costUsd);
  return `cost unknown: ${formatNumberOf(unpricedRows, 'row')} without a known price`;
}

/** "failed  rate_limit_exceeded × 12  line 5: Slow down." */
export function errorLines(errors: readonly ErrorClass[]): string[] {
  return errors.map(
    ({ status, code, count, example }) =>
      `  ${status}  ${printable(code)} × ${formatCount(count)}  line ${formatCount(example.line + 1)}: ${printable(example.message)}`,
  );
}

/** "cut off × 3  line 5: The answer was cut off …" */
export function noteLines(notes: readonly NoteClass[]): string[] {
  return notes.map(
    ({ code, count, example }) =>
      `  ${noteWords[code]} × ${formatCount(count)}  line ${formatCount(example.line + 1)}: ${printable(example.message)}`,
  );
}

function uncheckedLines(count: number): string[] {
  if (count === 0) return [];
  return [`  ${formatNumberOf(count, 'answer')} could not be held against the JSON schema of the request.`];
}

function duplicateLines(duplicates: readonly Duplicate[]): string[] {
  if (duplicates.length === 0) return [];
  const rows = duplicates.slice(0, shownOf).map(({ customId, chosen, others }) => {
    const rest = others.map(placeOf).join(', ');
    return `  "${printable(customId)}": ${placeOf(chosen)} (${chosen.status}) stands, not ${rest}`;
  });
  return [
    `${formatNumberOf(duplicates.length, 'request')} had more than one result:`,
    ...rows,
    ...more(duplicates.length),
  ];
}

function surplusLines({ surplus, surplusOut }: MergeReport): string[] {
  if (surplus.length === 0) return [];
  const kept = surplusOut === null ? '' : `; kept in ${shownPath(surplusOut)}`;
  const rows = surplus.slice(0, shownOf).map((line) => `  ${placeOf(line)}${surplusWords(line)}`);
  const isShared = surplus.some(({ reason }) => reason === 'sharedId');
  const to = isShared ? 'to no request, or to one of several' : 'to no request';
  return [
    `${formatNumberOf(surplus.length, 'result belongs', 'results belong')} ${to}${kept}:`,
    ...rows,
    ...more(surplus.length),
  ];
}

function surplusWords({ customId, reason }: SurplusLine): string {
  if (reason === 'noId') return ' has no id';
  const id = customId === null ? '' : ` "${printable(customId)}"`;
  return reason === 'sharedId' ? `${id} is the id of several requests` : id;
}

function more(count: number): string[] {
  return count > shownOf ? [`  and ${formatCount(count - shownOf)} more`] : [];
}

function placeOf({ path, line }: ResultLineName): string {
  return `${shownPath(path)}:${line + 1}`;
}
