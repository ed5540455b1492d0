// Which part of a list does a call ask for? Paging as Google's APIs do it: pageSize, pageToken; an empty list is left out.
import type { Json } from '../json.ts';
import type { StoredRecord } from '../records.ts';

/** Newest first; null for a token that nobody gave. */
export function pageOf<T extends StoredRecord>(
  records: readonly T[],
  query: URLSearchParams,
): { readonly shown: readonly T[]; readonly more: Json } | null {
  const asked = Number(query.get('pageSize') || 10);
  const size = Math.min(100, Number.isInteger(asked) && asked > 0 ? asked : 10);
  const ordered = records.toReversed();
  const token = query.get('pageToken');
  const start = token ? ordered.findIndex(({ id }) => tokenOf(id) === token) + 1 : 0;
  if (token && start === 0) return null;
  const shown = ordered.slice(start, start + size);
  const last = shown.at(-1);
  const hasMore = last !== undefined && start + shown.length < ordered.length;
  return { shown, more: hasMore ? { nextPageToken: tokenOf(last.id) } : {} };
}

function tokenOf(id: string): string {
  return Buffer.from(`after ${id}`).toString('base64url');
}

export function listBody(member: string, items: readonly unknown[], more: Json): Json {
  return { ...(items.length === 0 ? {} : { [member]: items }), ...more };
}
