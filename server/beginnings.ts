// Large documents of which only the first lines are here: their problems are shown until the document itself has come, and
// taken back where it does not.
import type { Configuration, FileReport } from '#core';
import { checkBeginning } from './checkBeginning.ts';
import type { LineDocument } from './lineDocument.ts';
import type { Beginning } from './protocol.ts';

export interface BeginningsHost {
  /** How long the rest of a document may be on its way. */
  readonly longestMs: number;
  /** ISO date of now. */
  today(): string;
  configFor(uri: string): Promise<Configuration>;
  /** The document itself is open, which says more. */
  isOpen(uri: string): boolean;
  publish(document: LineDocument, report: FileReport): void;
  clear(uri: string): void;
  failed(what: string, error: unknown): void;
}

interface Begun {
  readonly version: number;
  readonly timer: NodeJS.Timeout;
  /** Whether problems of it are on show. */
  shown: Promise<boolean>;
}

export class Beginnings {
  readonly #host: BeginningsHost;
  readonly #begun = new Map<string, Begun>();

  constructor(host: BeginningsHost) {
    this.#host = host;
  }

  dispose(): void {
    for (const uri of this.#begun.keys()) this.forget(uri);
  }

  /** @returns whether there are problems to be seen. Never rejects. */
  show(beginning: Beginning): Promise<boolean> {
    const { uri, version } = beginning;
    const known = this.#begun.get(uri);
    // A client that sends the first lines ahead sends them again with the whole.
    if (known?.version === version) return known.shown;
    if (this.#host.isOpen(uri)) return Promise.resolve(false);
    this.forget(uri);
    const timer = setTimeout(() => {
      this.forget(uri);
      this.#host.clear(uri);
    }, this.#host.longestMs);
    const begun: Begun = { version, timer, shown: Promise.resolve(false) };
    this.#begun.set(uri, begun);
    begun.shown = this.#check(beginning, () => this.#begun.get(uri) === begun);
    return begun.shown;
  }

  /** The document is here, or is not wanted any more. */
  forget(uri: string): void {
    clearTimeout(this.#begun.get(uri)?.timer);
    this.#begun.delete(uri);
  }

  async #check(beginning: Beginning, isWanted: () => boolean): Promise<boolean> {
    const { configFor, today } = this.#host;
    try {
      const config = await configFor(beginning.uri);
      if (!isWanted()) return false;
      const first = checkBeginning(beginning, config, today());
      if (first === null) return false;
      this.#host.publish(first.document, first.report);
      return first.report.problems.length > 0;
    } catch (error) {
      this.#host.failed('The beginning of a document could not be checked', error);
      return false;
    }
  }
}
