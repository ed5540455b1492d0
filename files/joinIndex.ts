// What a join keeps in memory of both sides: ids and places, never texts.
import { RequestIds, readRequest } from '#core';
import type { SurplusLine } from './joinTypes.ts';
import { ResultIndex, type ResultPlace } from './resultIndex.ts';

/** A result line that stands for no row. */
export interface Aside extends ResultPlace {
  readonly customId: string | null;
  readonly reason: SurplusLine['reason'];
}

/** First all requests, then all results. Requests are known by their ordinal: 0 is the first that is not a blank line. */
export class JoinIndex {
  readonly #ids = new RequestIds();
  /** By line of the request file. */
  readonly #kinds: ('blank' | 'notJson' | 'json')[] = [];
  readonly #customIds: (string | null)[] = [];
  readonly #models: (string | null)[] = [];
  /** One string for the same model on every line. */
  readonly #knownModels = new Map<string, string>();
  readonly #aside: Aside[] = [];
  #results: ResultIndex | null = null;

  /** Takes the next line of the request file, without its byte order mark. */
  addRequest(text: string): void {
    const { kind, customId, model } = readRequest(text);
    this.#kinds.push(kind);
    if (kind === 'blank') return;
    this.#ids.add(customId);
    this.#customIds.push(customId);
    if (model !== null && !this.#knownModels.has(model)) this.#knownModels.set(model, model);
    this.#models.push(model === null ? null : (this.#knownModels.get(model) ?? null));
  }

  addResult(place: ResultPlace, customId: string | null): void {
    this.#results ??= new ResultIndex(this.#ids.requests);
    const request = customId === null ? undefined : this.#ids.find(customId);
    if (typeof request === 'number') {
      this.#results.add(request, place);
      return;
    }
    const reason = request === 'several' ? 'sharedId' : 'unknownId';
    this.setAside({ ...place, customId, reason: customId === null ? 'noId' : reason });
  }

  setAside(line: Aside): void {
    this.#aside.push(line);
  }

  /** In the order of the files and their lines. */
  aside(): readonly Aside[] {
    return this.#aside.toSorted((a, b) => a.file - b.file || a.line - b.line);
  }

  kindOf(line: number): 'blank' | 'notJson' | 'json' {
    return this.#kinds[line] ?? 'notJson';
  }

  customIdOf(request: number): string | null {
    return this.#customIds[request] ?? null;
  }

  /** The model that the request asks for. */
  modelOf(request: number): string | null {
    return this.#models[request] ?? null;
  }

  isShared(customId: string): boolean {
    return this.#ids.find(customId) === 'several';
  }

  placesOf(request: number): readonly ResultPlace[] {
    return this.#results?.placesOf(request) ?? [];
  }
}
