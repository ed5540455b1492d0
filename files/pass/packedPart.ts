// How does what a thread found out about a part come to another? In columns, for an object a line costs more than its check.
import type { CountMethod, Finding, LineEstimate, LineFacts } from '#core';
import {
  type KnownFindings,
  type PackedFindings,
  type PackedTexts,
  type PackedValues,
  packFindings,
  packNumbers,
  packTexts,
  packValues,
  unpackTexts,
  valueAt,
} from './packedColumns.ts';
import { figuresEach, readFigures, writeFigures } from './packedFigures.ts';
import type { PartAnswer } from './readPart.ts';

export interface PackedPart
  extends Pick<PartAnswer, 'lineCount' | 'invalid' | 'otherLines' | 'unreadableLines'> {
  readonly starts: Uint32Array;
  readonly sizes: Uint32Array;
  readonly facts: PackedFacts;
  readonly estimates: PackedEstimates | null;
}

interface PackedFacts {
  readonly count: number;
  /** Kind, shape, form and whether a limit may be passed, each by its place in its list. */
  readonly marks: Uint8Array;
  readonly ids: PackedTexts;
  readonly urls: PackedValues<string>;
  readonly models: PackedValues<string>;
  /** Null where they are 0 in all lines. */
  readonly embeddingInputs: Float64Array | null;
  readonly tokenBounds: Float64Array | null;
  readonly findings: PackedFindings;
}

interface PackedEstimates {
  readonly count: number;
  /** Which lines have one; the columns are of these. */
  readonly at: Uint32Array;
  readonly marks: Uint8Array;
  /** Null where they are the ids of the facts. */
  readonly ids: PackedTexts | null;
  readonly models: PackedValues<string>;
  /** So many for each, as `writeFigures` has them. No figure is not a number: that stands for one that is not known. */
  readonly figures: Float64Array;
  readonly openings: PackedValues<Opening>;
  readonly expected: PackedValues<Expected>;
  readonly origins: PackedValues<Origin>;
  readonly findings: PackedFindings;
}

type Opening = NonNullable<LineEstimate['cacheablePrefix']>;
type Expected = NonNullable<LineEstimate['outputExpected']>;
type Origin = NonNullable<LineEstimate['pricedBy']>;

const kinds = ['unchecked', 'blank', 'broken', 'request'] as const satisfies readonly LineFacts['kind'][];
const shapes = [
  'other',
  'opensArray',
  'opensObject',
  'unfinishedObject',
] as const satisfies readonly LineFacts['shape'][];
const forms = [null, 'openai', 'body', 'params', 'keyed'] as const satisfies readonly LineFacts['form'][];
const methods = ['exact', 'calibrated', 'estimated', 'unknown'] as const satisfies readonly CountMethod[];
const mayExceedMark = 128;
const estimateMark = { modelKnown: 4, isCalibratedByProject: 8, hasListed: 16 } as const;

export function packPart(answer: PartAnswer): PackedPart {
  const { lineCount, invalid, otherLines, unreadableLines, facts, estimates } = answer;
  return {
    ...{ lineCount, invalid, otherLines, unreadableLines },
    starts: Uint32Array.from(answer.starts),
    sizes: Uint32Array.from(answer.sizes),
    facts: packFacts(facts),
    estimates: estimates.length === 0 ? null : packEstimates(estimates, facts),
  };
}

/** @param known of the parts of one file. */
export function unpackPart(packed: PackedPart, known: KnownFindings): PartAnswer {
  const { lineCount, invalid, otherLines, unreadableLines, starts, sizes } = packed;
  const ids = unpackTexts(packed.facts.ids);
  const facts = unpackFacts(packed.facts, ids, sizes, known);
  const estimates = packed.estimates === null ? [] : unpackEstimates(packed.estimates, ids, known);
  return { lineCount, invalid, otherLines, unreadableLines, starts, sizes, facts, estimates };
}

function packFacts(lines: readonly LineFacts[]): PackedFacts {
  const marks = new Uint8Array(lines.length);
  for (const [index, { kind, shape, form, mayExceed }] of lines.entries()) {
    const names = kinds.indexOf(kind) | (shapes.indexOf(shape) << 2) | (forms.indexOf(form) << 4);
    marks[index] = names | (mayExceed ? mayExceedMark : 0);
  }
  return {
    count: lines.length,
    marks,
    ids: packTexts(lines, ({ id }) => id),
    urls: packValues(lines, ({ url }) => url),
    models: packValues(lines, ({ model }) => model),
    embeddingInputs: packNumbers(lines, (line) => line.embeddingInputs),
    tokenBounds: packNumbers(lines, (line) => line.tokenBound),
    findings: packFindings(lines),
  };
}

function unpackFacts(
  packed: PackedFacts,
  ids: readonly (string | null)[],
  sizes: Uint32Array,
  known: KnownFindings,
): LineFacts[] {
  const { count, marks, urls, models, embeddingInputs, tokenBounds } = packed;
  const findings = known.unpack(packed.findings);
  const facts: LineFacts[] = [];
  for (let line = 0; line < count; line++) {
    const mark = marks[line] as number;
    facts.push({
      kind: kinds[mark & 3] as LineFacts['kind'],
      sizeBytes: sizes[line] as number,
      id: ids[line] as string | null,
      url: valueAt(urls, line),
      model: valueAt(models, line),
      embeddingInputs: embeddingInputs?.[line] ?? 0,
      shape: shapes[(mark >> 2) & 3] as LineFacts['shape'],
      form: forms[(mark >> 4) & 7] as LineFacts['form'],
      tokenBound: tokenBounds?.[line] ?? 0,
      mayExceed: (mark & mayExceedMark) !== 0,
      findings: findings.get(line) ?? none,
    });
  }
  return facts;
}

const none: readonly Finding[] = [];

function packEstimates(all: readonly (LineEstimate | null)[], facts: readonly LineFacts[]): PackedEstimates {
  // A part may be a million lines that are no requests.
  const at: number[] = [];
  const lines: LineEstimate[] = [];
  for (const [index, line] of all.entries()) {
    if (line === null) continue;
    at.push(index);
    lines.push(line);
  }
  const figures = new Float64Array(lines.length * figuresEach);
  for (const [index, line] of lines.entries()) writeFigures(line, figures, index * figuresEach);
  const areIdsKnown = lines.every((line, index) => line.customId === facts[at[index] as number]?.id);
  return {
    count: all.length,
    at: Uint32Array.from(at),
    marks: Uint8Array.from(lines, estimateMarks),
    ids: areIdsKnown ? null : packTexts(lines, (line) => line.customId),
    models: packValues(lines, (line) => line.model),
    figures,
    openings: packValues(lines, (line) => line.cacheablePrefix, openingWords),
    expected: packValues(lines, (line) => line.outputExpected, expectedWords),
    origins: packValues(lines, (line) => line.pricedBy),
    findings: packFindings(lines),
  };
}

function unpackEstimates(
  packed: PackedEstimates,
  idsOfFacts: readonly (string | null)[],
  known: KnownFindings,
): (LineEstimate | null)[] {
  const { at, marks, models, expected, openings, origins, figures } = packed;
  const ids = packed.ids === null ? null : unpackTexts(packed.ids);
  const findings = known.unpack(packed.findings);
  const all = new Array<LineEstimate | null>(packed.count).fill(null);
  for (const [index, line] of at.entries()) {
    const mark = marks[index] as number;
    const found = findings.get(index);
    all[line] = {
      customId: (ids === null ? idsOfFacts[line] : ids[index]) as string | null,
      model: valueAt(models, index),
      modelKnown: (mark & estimateMark.modelKnown) !== 0,
      inputMethod: methods[mark & 3] as CountMethod,
      outputExpected: valueAt(expected, index),
      cacheablePrefix: valueAt(openings, index),
      pricedBy: valueAt(origins, index),
      ...readFigures(figures, index * figuresEach, (mark & estimateMark.hasListed) !== 0),
      ...((mark & estimateMark.isCalibratedByProject) === 0 ? {} : { calibratedByProject: true }),
      ...(found === undefined ? {} : { findings: found }),
    };
  }
  return all;
}

function estimateMarks(line: LineEstimate): number {
  return (
    methods.indexOf(line.inputMethod) |
    (line.modelKnown ? estimateMark.modelKnown : 0) |
    (line.calibratedByProject ? estimateMark.isCalibratedByProject : 0) |
    (line.listedBatchUsd === null ? 0 : estimateMark.hasListed)
  );
}

function openingWords({ key, tokens, savesUsd, writeUsd, needs }: Opening): string {
  return [key, tokens, savesUsd.batch, savesUsd.sync, writeUsd.batch, writeUsd.sync, needs].join();
}

function expectedWords({ tokens, rows }: Expected): string {
  return `${tokens},${rows}`;
}
