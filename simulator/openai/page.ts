// Which part of a list does a call ask for? Cursor paging as OpenAI does it: after, limit, order; has_more, first_id, last_id.
import type { StoredRecord } from '../records.ts';
import { type ErrorBody, invalidRequest, invalidType, invalidValue, outOfRange } from './errors.ts';

export interface Page<T> {
  readonly kind: 'page';
  readonly records: readonly T[];
  readonly hasMore: boolean;
}

/** `records` oldest first; the answer is newest first unless `order=asc`. */
export function pageOf<T extends StoredRecord>(
  records: readonly T[],
  query: URLSearchParams,
  limits: { readonly max: number; readonly usual: number },
): Page<T> | { readonly kind: 'refused'; readonly error: ErrorBody } {
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc') {
    return { kind: 'refused', error: invalidValue('order', order, ['asc', 'desc']) };
  }
  const limitText = query.get('limit') ?? String(limits.usual);
  const limit = /^-?\d+$/.test(limitText) ? Number(limitText) : Number.NaN;
  const error = Number.isNaN(limit)
    ? invalidType('limit', 'an integer', limitText)
    : outOfRange('limit', limit, { min: 1, max: limits.max }, 'integer');
  if (error !== null) return { kind: 'refused', error };
  const ordered = order === 'asc' ? records : records.toReversed();
  const after = query.get('after');
  const start = after === null ? 0 : ordered.findIndex((record) => record.id === after) + 1;
  if (after !== null && start === 0) {
    return { kind: 'refused', error: invalidRequest(`No object found with id '${after}'.`, 'after', null) };
  }
  const shown = ordered.slice(start, start + limit);
  return { kind: 'page', records: shown, hasMore: start + shown.length < ordered.length };
}

export function listBody(data: readonly { readonly id: string }[], hasMore: boolean): unknown {
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}
