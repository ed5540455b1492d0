// Every safe fix of a file whose lines are requests, line by line; what stands in one line decides what is free for another.
import type { LineFacts } from '../check/checkLine.ts';
import type { ProblemCode } from '../problem.ts';
import { compose } from './compose.ts';
import type { LineEdit } from './edit.ts';
import type { Fix } from './fix.ts';
import type { FixSource } from './fixes.ts';
import { FreeIds } from './freeIds.ts';
import { idEdit } from './idEdit.ts';
import { RepeatedLines } from './repeatedLines.ts';
import { type Settled, settle } from './settle.ts';

export interface LineFix {
  readonly line: number;
  readonly removed: boolean;
  /** In order, apart from each other; none for a line that is removed. */
  readonly edits: readonly LineEdit[];
  /** What was mended, one for each fix. */
  readonly codes: readonly ProblemCode[];
}

type Wants = (code: ProblemCode) => boolean;

/** In the order of the lines. Holds ids in memory, no lines. */
export function* lineFixes(source: FixSource, wants: Wants): Generator<LineFix> {
  const { file } = source;
  const ids = new Ids(source, wants);
  const last = file.lastLineWithText;
  for (let line = 0; line <= last; line++) {
    const facts = file.factsOf(line);
    if (facts?.kind === 'blank' && wants('line.blank')) yield removal(line, 'line.blank');
    if (facts?.kind !== 'request') continue;
    const isShared = file.sharesId(line) && wants('id.duplicate');
    if (source.isEditable?.(line) === false) {
      if (isShared) ids.keep(facts);
      continue;
    }
    if (!isShared && !hasSafeFix(facts)) continue;
    const text = source.textOf(line);
    const role = isShared ? ids.roleOf(line, facts, text) : 'alone';
    if (role === 'repeats') {
      yield removal(line, 'id.duplicate');
      continue;
    }
    const settled = settle(text, facts, wants, source.checking);
    const { edits, codes } = facts.id ? ids.keepApart(settled, role) : ids.give(line, settled);
    if (edits.length > 0) yield { line, removed: false, edits, codes };
  }
}

function removal(line: number, code: ProblemCode): LineFix {
  return { line, removed: true, edits: [], codes: [code] };
}

function hasSafeFix({ findings }: LineFacts): boolean {
  return findings.some(({ fixes }) => fixes?.some(({ safe }) => safe) === true);
}

/** `alone` with its id, `first` of those that have it, `later` than another, or one that `repeats` an earlier line as a whole. */
type Role = 'alone' | 'first' | 'later' | 'repeats';

/** Who keeps its id, and what do the others get? Asked in the order of the lines. */
class Ids {
  readonly #wants: Wants;
  readonly #idField: string;
  readonly #isTaken: (id: string) => boolean;
  readonly #free: FreeIds;
  readonly #repeated: RepeatedLines;
  readonly #seen = new Set<string>();
  /** Ids that lines without one get by fixes of their own, and the first of those lines. */
  readonly #ownFixes: ReadonlyMap<string, number>;

  constructor(source: FixSource, wants: Wants) {
    this.#wants = wants;
    this.#idField = source.checking.dialect.idField;
    this.#repeated = new RepeatedLines(source.textOf);
    this.#isTaken = (id) => source.file.hasId(id);
    this.#ownFixes = idsOfOwnFixes(source, wants);
    this.#free = new FreeIds((id) => this.#isTaken(id) || this.#ownFixes.has(id));
  }

  keep({ id }: LineFacts): void {
    this.#seen.add(id ?? '');
  }

  roleOf(line: number, { id }: LineFacts, text: string): Role {
    const key = id ?? '';
    if (this.#repeated.find(key, line, text) !== null) return 'repeats';
    if (this.#seen.has(key)) return 'later';
    this.#seen.add(key);
    return 'first';
  }

  /** A line that has an id. */
  keepApart(settled: Settled, role: Role): Settled {
    const { id } = settled.facts;
    return id && role === 'later' ? this.#withId(settled, this.#free.take(id), ['id.duplicate']) : settled;
  }

  /** A line that had none. */
  give(line: number, settled: Settled): Settled {
    const { id, findings } = settled.facts;
    if (id) {
      const isOthers = this.#isTaken(id) || this.#ownFixes.get(id) !== line;
      return isOthers ? this.#withId(settled, this.#free.take(id), []) : settled;
    }
    const lack = findings.find(({ code, fixes }) => this.#wants(code) && fixes?.some(isSafeId) === true);
    return lack === undefined ? settled : this.#withId(settled, this.#free.takeForLine(line), [lack.code]);
  }

  #withId(settled: Settled, id: string, codes: readonly ProblemCode[]): Settled {
    const edit = idEdit(settled.text, id, this.#idField);
    return edit === null
      ? settled
      : { ...settled, edits: compose(settled.edits, edit), codes: [...settled.codes, ...codes] };
  }
}

function idsOfOwnFixes(source: FixSource, wants: Wants): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (let line = 0; line < source.lineCount; line++) {
    const facts = source.file.factsOf(line);
    if (facts?.kind !== 'request' || facts.id || !hasSafeFix(facts)) continue;
    if (source.isEditable?.(line) === false) continue;
    const { id } = settle(source.textOf(line), facts, wants, source.checking).facts;
    if (id && !ids.has(id)) ids.set(id, line);
  }
  return ids;
}

function isSafeId({ safe, change }: Fix): boolean {
  return safe && change.kind === 'uniqueId';
}
