// What could a cache save on these requests together? The first of equal openings puts it there, the others find it.

import { KnownSum } from './prices.ts';
import type { CachedOpening, CacheMark, UsdPair } from './promptCache.ts';

/** Of some requests together. */
export interface CacheTotals {
  /** Input tokens that repeat the opening of an earlier request and that the provider may take from its cache. */
  readonly tokens: number;
  /** The most it can save, less what the first writing costs; null where a price is not published. */
  readonly savesUsd: UsdPair;
  /** What requests would have to say first; null: nothing. */
  readonly needs: CacheMark | null;
}

export class CacheSum {
  #tokens = 0;
  #needs: CacheMark | null = null;
  readonly #batch = new KnownSum();
  readonly #sync = new KnownSum();
  /** By key; null once its writing was paid for. */
  readonly #first = new Map<string, CachedOpening | null>();

  add(opening: CachedOpening | null): void {
    if (opening === null) return;
    const first = this.#first.get(opening.key);
    if (first === undefined) {
      this.#first.set(opening.key, opening);
      return;
    }
    if (first !== null) {
      this.#batch.add(negative(first.writeUsd.batch));
      this.#sync.add(negative(first.writeUsd.sync));
      this.#first.set(opening.key, null);
    }
    this.#tokens += opening.tokens;
    this.#needs ??= opening.needs;
    this.#batch.add(opening.savesUsd.batch);
    this.#sync.add(opening.savesUsd.sync);
  }

  result(): CacheTotals {
    return {
      tokens: this.#tokens,
      savesUsd: { batch: atLeastNothing(this.#batch.total()), sync: atLeastNothing(this.#sync.total()) },
      needs: this.#needs,
    };
  }
}

function negative(usd: number | null): number | null {
  return usd === null ? null : -usd;
}

function atLeastNothing(usd: number | null): number | null {
  return usd === null ? null : Math.max(0, usd);
}
