// Whose batch file is an open document, and by what are its lines checked? Asked before each check, answered anew only when
// the lines that decided it, or the configuration, are others.
import {
  type Configuration,
  type Dialect,
  defaultConfiguration,
  detectFile,
  dialectOf,
  type FileKind,
} from '#core';
import type { LineDocument } from './lineDocument.ts';

export class DocumentKind {
  readonly #document: LineDocument;
  #kind: FileKind | null = null;
  /** Of lines of no dialect, which are not checked, OpenAI's. */
  #dialect = dialectOf('openai');
  /** As many first lines decided it; null when they have changed since. */
  #decidedBy: number | null = null;
  #config = defaultConfiguration;

  constructor(document: LineDocument) {
    this.#document = document;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  get config(): Configuration {
    return this.#config;
  }

  /** What the lines are; null: nothing that can be checked. */
  get content(): 'requests' | 'results' | null {
    return this.#kind === null || this.#kind.kind === 'recognised' ? null : this.#kind.kind;
  }

  /** Lines from this one on have changed. */
  changed(firstLine: number): void {
    if (this.#decidedBy !== null && firstLine <= this.#decidedBy) this.#decidedBy = null;
  }

  /** @returns whether lines were checked and counted otherwise than they would be now. */
  decide(config: Configuration): boolean {
    const isSame = isSameForLines(config, this.#config);
    // What is known by the object (models looked up) is known as long as it says the same.
    if (!isSame || !isEqual(config.severity, this.#config.severity)) this.#config = config;
    if (this.#decidedBy !== null && isSame) return false;
    const before = { dialect: this.#dialect, content: this.content };
    this.#decidedBy = 0;
    this.#kind = detectFile(this.#texts(), config.provider);
    if (this.#kind !== null && this.#kind.kind !== 'recognised') this.#dialect = this.#kind.dialect;
    return this.#dialect !== before.dialect || this.content !== before.content || !isSame;
  }

  /** The texts of the lines, noting how many of them were looked at. */
  *#texts(): Generator<string> {
    for (const [index, line] of this.#document.lines.entries()) {
      this.#decidedBy = index + 1;
      yield line.text;
    }
  }
}

/** Whether single lines are checked and counted alike; all members are mostly the same objects. */
function isSameForLines(a: Configuration, b: Configuration): boolean {
  const keys = Object.keys(a) as (keyof Configuration)[];
  return keys.every((key) => key === 'severity' || isEqual(a[key], b[key]));
}

/** A price file's text may be long: only one that was read again is compared. */
function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
