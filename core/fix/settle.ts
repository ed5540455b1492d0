// One line after every safe fix that needs nothing but the line: one may uncover another, so they are made until none is left.
import { type CheckLineOptions, checkLine, type LineFacts } from '../check/checkLine.ts';
import type { ProblemCode } from '../problem.ts';
import { compose } from './compose.ts';
import { applyEdit, type LineEdit, lineEdit } from './edit.ts';

/** Of a url, then a field that was unknown, then what stands in it; a line that takes more is left with the rest. */
const maxRounds = 8;

export interface Settled {
  readonly text: string;
  readonly facts: LineFacts;
  /** Of the text as it was, in order, apart from each other. */
  readonly edits: readonly LineEdit[];
  /** What was mended, one for each fix. */
  readonly codes: readonly ProblemCode[];
}

export function settle(
  text: string,
  facts: LineFacts,
  wants: (code: ProblemCode) => boolean,
  options: CheckLineOptions,
): Settled {
  let settled: Settled = { text, facts, edits: [], codes: [] };
  for (let round = 0; round < maxRounds; round++) {
    const next = mendOnce(settled, wants);
    if (next === settled) break;
    settled = { ...next, facts: checkLine(next.text, next.text.length, options) };
  }
  return settled;
}

function mendOnce(settled: Settled, wants: (code: ProblemCode) => boolean): Settled {
  let next = settled;
  for (const { code, fixes } of settled.facts.findings) {
    if (fixes === undefined || !wants(code)) continue;
    const fix = fixes.find(({ safe }) => safe);
    const edit = fix === undefined ? null : lineEdit(next.text, fix.change);
    if (edit !== null) next = withEdit(next, edit, code);
  }
  return next;
}

/** The facts stay those of the text before. */
function withEdit(settled: Settled, edit: LineEdit, code: ProblemCode): Settled {
  return {
    text: applyEdit(settled.text, edit),
    facts: settled.facts,
    edits: compose(settled.edits, edit),
    codes: [...settled.codes, code],
  };
}
