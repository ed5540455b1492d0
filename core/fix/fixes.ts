// What edits mend a problem of a file, and what edits mend everything that can be mended unasked?
import { BatchFile } from '../check/batchFile.ts';
import { type CheckLineOptions, checkLine } from '../check/checkLine.ts';
import type { Problem, ProblemCode, SeverityOverrides } from '../problem.ts';
import { applyEdit, type LineEdit, lineEdit } from './edit.ts';
import type { Fix } from './fix.ts';
import { FreeIds } from './freeIds.ts';
import { idEdit } from './idEdit.ts';
import { type LineFix, lineFixes } from './lineFixes.ts';
import { linesOfJson } from './toLines.ts';

/** 0-based; `endLine` and `end` exclusive. A line that goes is (line, 0) to (line + 1, 0). */
export interface FileEdit {
  readonly line: number;
  readonly start: number;
  readonly endLine: number;
  readonly end: number;
  readonly text: string;
}

export interface FixSource {
  /** Every line checked; what is not has no fixes. */
  readonly file: BatchFile;
  /** As it was checked. */
  readonly textOf: (line: number) => string;
  readonly lineCount: number;
  /** How its lines were checked. */
  readonly checking: CheckLineOptions;
  /** Whether the text of a line is what stands in the file; lines that are not are left alone. Without: all are. */
  readonly isEditable?: (line: number) => boolean;
}

/** One fix of one problem; none where it does not apply any more, or needs the bytes on disk. */
export function editsOf(source: FixSource, problem: Problem, fix: Fix): readonly FileEdit[] {
  const { line } = problem;
  const facts = source.file.factsOf(line);
  if (facts === undefined || source.isEditable?.(line) === false) return [];
  switch (fix.change.kind) {
    case 'reencode':
      return [];
    case 'removeLine':
      return [removal(line)];
    case 'toLines': {
      const lines = linesOfJson(textOf(source));
      return 'refusal' in lines ? [] : [replacement(source, lines)];
    }
    default: {
      if (facts.kind !== 'request') return [];
      const text = source.textOf(line);
      const edit = fix.change.kind === 'uniqueId' ? uniqueId(source, line, text) : lineEdit(text, fix.change);
      return edit === null ? [] : [inLine(line, edit)];
    }
  }
}

function uniqueId({ file, checking }: FixSource, line: number, text: string): LineEdit | null {
  const ids = new FreeIds((id) => file.hasId(id));
  const id = file.factsOf(line)?.id;
  return idEdit(text, id ? ids.first(id) : ids.firstForLine(line), checking.dialect.idField);
}

/**
 * Every safe fix of a file, in order, apart from each other; after them there is none left.
 * @param codes only problems of these; without: of all. A code that is switched off is not touched.
 */
export function safeEdits(
  source: FixSource,
  severity: SeverityOverrides,
  codes?: ReadonlySet<ProblemCode>,
): readonly FileEdit[] {
  const wants = wanted(severity, codes);
  const { shape } = source.file;
  if (shape === null) return [...lineFixes(source, wants)].flatMap(toFileEdits);
  if (!wants(shape)) return [];
  const lines = linesOfJson(textOf(source));
  return 'refusal' in lines ? [] : [replacement(source, fixedLines(lines, wants, source.checking))];
}

export function wanted(
  severity: SeverityOverrides,
  codes?: ReadonlySet<ProblemCode>,
): (code: ProblemCode) => boolean {
  return (code) => severity[code] !== 'off' && (codes === undefined || codes.has(code));
}

function toFileEdits({ line, removed, edits }: LineFix): readonly FileEdit[] {
  return removed ? [removal(line)] : edits.map((edit) => inLine(line, edit));
}

function inLine(line: number, { start, end, text }: LineEdit): FileEdit {
  return { line, start, endLine: line, end, text };
}

function removal(line: number): FileEdit {
  return { line, start: 0, endLine: line + 1, end: 0, text: '' };
}

function replacement({ lineCount }: FixSource, lines: readonly string[]): FileEdit {
  return { line: 0, start: 0, endLine: lineCount, end: 0, text: lines.map((line) => `${line}\n`).join('') };
}

function* textOf({ lineCount, textOf }: FixSource): Generator<string> {
  for (let line = 0; line < lineCount; line++)
    yield line + 1 < lineCount ? `${textOf(line)}\n` : textOf(line);
}

/** The lines that an array or pretty-printed objects became may have problems of their own. */
function fixedLines(
  lines: readonly string[],
  wants: (code: ProblemCode) => boolean,
  checking: CheckLineOptions,
): string[] {
  const file = new BatchFile();
  for (const text of lines) file.push(checkLine(text, text.length, checking));
  const source: FixSource = { file, textOf: (line) => lines[line] ?? '', lineCount: lines.length, checking };
  const fixes = new Map([...lineFixes(source, wants)].map((fix) => [fix.line, fix]));
  return lines.flatMap((text, line) => {
    const fix = fixes.get(line);
    if (fix === undefined) return [text];
    return fix.removed ? [] : [fix.edits.reduceRight(applyEdit, text)];
  });
}
