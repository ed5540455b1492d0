// What did a person mean by a field or url that is none, and what would mend custom_id, method and url?

import { type Dialect, endpointOf } from '../dialects/dialect.ts';
import type { Fix } from '../fix/fix.ts';
import type { JsonObject } from '../json/members.ts';
import { didYouMean, isSlip, slipDistance } from './fieldNames.ts';

/** Longer urls are no slip of an endpoint's. */
const longestUrl = 200;

export function newId(safe: boolean): Fix {
  return { title: 'Give this request an id of its own', change: { kind: 'uniqueId' }, safe };
}

/** A number keeps its digits, also where reading it loses some. What true or an object should be, nobody knows. */
export function idTypeFixes(id: unknown, idField: string): readonly Fix[] {
  if (id === null) return [newId(true)];
  if (typeof id !== 'number') return [];
  return [{ title: 'Put it in quotes', change: { kind: 'quoteValue', path: [idField] }, safe: true }];
}

/** A field of another name may be what the person has for an id. */
export function mayHoldId(request: JsonObject, { fields }: Dialect): boolean {
  return Object.keys(request).some((key) => {
    const value = request[key];
    return !fields.includes(key) && (typeof value === 'string' || typeof value === 'number');
  });
}

/** The field that the request lacks and this one is likely to be. */
export function meantField(key: string, request: JsonObject, { fields, idField }: Dialect): string | null {
  if (isOtherId(key, idField) && !Object.hasOwn(request, idField)) return idField;
  if (key === 'endpoint' && fields.includes('url') && !Object.hasOwn(request, 'url')) return 'url';
  return didYouMean(
    key,
    fields.filter((field) => !Object.hasOwn(request, field)),
  );
}

/** What another provider calls the id, or anybody. */
function isOtherId(key: string, idField: string): boolean {
  return key !== idField && ['custom_id', 'key', 'id', 'request_id'].includes(key);
}

/** How many fields of a request are looked at for one that is missing. */
const mostLookedAt = 50;

/** Whether a field that is missing is there under a name like its own. */
export function isMisnamed(field: string, request: JsonObject, dialect: Dialect): boolean {
  return Object.keys(request)
    .slice(0, mostLookedAt)
    .some((key) => !dialect.fields.includes(key) && meantField(key, request, dialect) === field);
}

export function nameRight(key: string, meant: string, value: unknown, dialect: Dialect): Fix {
  const change = { kind: 'renameKey', path: [key], name: meant } as const;
  return { title: `Rename to "${meant}"`, change, safe: isValueOf(meant, value, key, dialect) };
}

function isValueOf(field: string, value: unknown, key: string, dialect: Dialect): boolean {
  switch (field) {
    case dialect.idField:
      // A customer_id is something else, and so may a key be.
      return (
        typeof value === 'string' && value !== '' && (key === 'custom_id' || slipDistance(key, field) <= 1)
      );
    case 'method':
      return typeof value === 'string' && /^post$/i.test(value);
    case 'url':
      return dialect.endpoints.some(({ url }) => url === value);
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

export interface MeantUrl {
  readonly url: string;
  readonly isRetired: boolean;
  /** It differs by a host, the /v1 or a slash at the end, or by a letter or two. */
  readonly isCertain: boolean;
  readonly isExact: boolean;
}

export function meantUrl(url: string, dialect: Dialect): MeantUrl | null {
  const path = url
    .slice(0, longestUrl)
    .replace(/^https?:\/\/[^/]+/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '');
  const candidates = dialect.endpoints.map((endpoint) => endpoint.url);
  const exact = candidates.find((known) => [path, `/v1${path}`, `/v1/${path}`, `/${path}`].includes(known));
  const longer = exact === undefined ? endingOf(path, candidates) : undefined;
  const meant = exact ?? longer ?? didYouMean(path, candidates);
  if (meant === null) return null;
  const isRetired = endpointOf(dialect, meant)?.retired !== undefined;
  const isExact = exact !== undefined;
  // A server of one's own may have paths of its own.
  const isPrefixed = longer !== undefined && dialect.certainty.urls === 'error';
  return { url: meant, isRetired, isCertain: isExact || isPrefixed || isSlip(path, meant), isExact };
}

/** What stands behind a host or the path of a deployment: /openai/deployments/a/chat/completions. */
function endingOf(path: string, candidates: readonly string[]): string | undefined {
  return candidates
    .filter((known) => path.endsWith(known) || path.endsWith(known.replace(/^\/v1/, '')))
    .sort((a, b) => b.length - a.length)[0];
}

/** Whether nothing else can be meant; a misspelt url must suit the body, too. */
export function isUrlOf({ url, isCertain, isExact }: MeantUrl, body: unknown, dialect: Dialect): boolean {
  if (isExact) return true;
  const field = endpointOf(dialect, url)?.mainField;
  return (
    isCertain &&
    typeof field === 'string' &&
    typeof body === 'object' &&
    body !== null &&
    Object.hasOwn(body, field)
  );
}
