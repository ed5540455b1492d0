// Which files and batches does an account have? Listings read to their end, for "none" means that it may be paid again.
import type OpenAI from 'openai';
import { StrangeAnswerError } from './calls.ts';

/** As many batches as a page can have (openai SDK 7.55). */
export const mostListed = 100;

/** Both times are the provider's own, but may be of two of its machines. */
const clockToleranceSeconds = 3_600;

/** A whole listing. The SDK's own paging takes whatever is no list for an empty one, and here none means "pay again". */
export async function* pagesOf<T extends Listed>(
  client: OpenAI,
  path: string,
  first: object,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (let after: string | undefined; ; ) {
    const query = { ...first, ...(after === undefined ? {} : { after }) };
    const page = await client.get<unknown>(path, { query, signal });
    if (!isPage<T>(page)) throw new StrangeAnswerError();
    if (isAllAgain(page, seen)) return;
    yield* page.data;
    after = page.data.at(-1)?.id;
    if (page.has_more === false || (after === undefined && page.has_more === undefined)) return;
    // More is promised, but it cannot be asked for, or comes in a circle.
    if (after === undefined || seen.has(after)) throw new StrangeAnswerError();
    seen.add(after);
  }
}

/** A server that knows no pages answers all it has to whatever is asked, as Groq does (groq-sdk 1.6.0 has no paging). */
function isAllAgain({ data, has_more }: Page<Listed>, seen: ReadonlySet<string>): boolean {
  const last = data.at(-1)?.id;
  return has_more === undefined && last !== undefined && seen.has(last) && data.length < mostListed;
}

interface Listed {
  readonly id: string;
}

interface Page<T> {
  readonly data: readonly T[];
  readonly has_more?: boolean;
}

function isPage<T>(value: unknown): value is Page<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    Array.isArray(value.data) &&
    value.data.every((item: unknown) => typeof item === 'object' && item !== null && 'id' in item)
  );
}

/**
 * Where a listing may be left: at batches older than the upload, when they come newest first. That order is not
 * promised, so it must have been seen; otherwise the listing is read to its end.
 */
export class ListingEnd {
  readonly #oldest: number | null;
  #previous: number | null = null;
  #fell = false;
  #rose = false;

  /** @param oldest seconds since 1970; null reads everything. */
  constructor(oldest: number | null) {
    this.#oldest = oldest;
  }

  isReached(createdAt: number): boolean {
    if (this.#previous !== null) {
      this.#fell ||= createdAt < this.#previous;
      this.#rose ||= createdAt > this.#previous;
    }
    this.#previous = createdAt;
    const isOld = this.#oldest !== null && createdAt < this.#oldest - clockToleranceSeconds;
    return isOld && this.#fell && !this.#rose;
  }
}
