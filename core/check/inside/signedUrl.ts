// Until when does a signed address work? By the parameters that each service puts into one.
import { base64Head } from '../../tokens/base64.ts';

export type Expiry =
  | { readonly kind: 'none' }
  /** Signed, so that it ends some time, but it does not say when. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'until'; readonly time: number };

type Parameters_ = ReadonlyMap<string, string>;

const none: Expiry = { kind: 'none' };
const unknown: Expiry = { kind: 'unknown' };

export function expiryOf(parameters: Parameters_): Expiry {
  if (parameters.size === 0) return none;
  const byLowerName = new Map<string, string>();
  for (const [name, value] of parameters) byLowerName.set(name.toLowerCase(), value);
  for (const read of readers) {
    const expiry = read(byLowerName);
    if (expiry.kind !== 'none') return expiry;
  }
  return none;
}

/** S3 and what speaks as it does, Google Cloud Storage, Alibaba's OSS: a date of signing and a number of seconds. */
function fromStart(prefix: string): (parameters: Parameters_) => Expiry {
  return (parameters) => {
    if (!parameters.has(`${prefix}-signature`) && !parameters.has(`${prefix}-expires`)) return none;
    const start = stampOf(parameters.get(`${prefix}-date`) ?? '');
    const seconds = numberOf(parameters.get(`${prefix}-expires`) ?? '');
    return start === null || seconds === null ? unknown : until(start + seconds * 1000);
  };
}

/** `20261121T093000Z`. */
function stampOf(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/i.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** Azure: a shared access signature and its `se`, a time or a day. */
function ofAzure(parameters: Parameters_): Expiry {
  if (!parameters.has('sig') || !(parameters.has('se') || parameters.has('sv'))) return none;
  // Without it, a policy on the server says when.
  return timeOf(parameters.get('se') ?? '');
}

function timeOf(text: string): Expiry {
  return /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? until(Date.parse(/T.*\d$/.test(text) && !/[+-]\d\d:?\d\d$/.test(text) ? `${text}Z` : text))
    : unknown;
}

/** CloudFront's policy: JSON in base64 with other letters for three of them. */
function ofPolicy(parameters: Parameters_): Expiry {
  const policy = parameters.get('policy');
  if (policy === undefined || !parameters.has('key-pair-id')) return none;
  const bytes = base64Head(policy.replaceAll('-', '+').replaceAll('~', '/'), 0, 4000);
  const seconds = /"AWS:EpochTime"\s*:\s*(\d{9,11})\b/.exec(String.fromCharCode(...bytes))?.[1];
  return seconds === undefined ? unknown : until(Number(seconds) * 1000);
}

/** Discord: seconds in hexadecimal digits; Facebook and Instagram the same under another name. */
function inHexadecimal(name: string, beside: string): (parameters: Parameters_) => Expiry {
  return (parameters) => {
    const value = parameters.get(name) ?? '';
    return parameters.has(beside) && /^[\da-f]{8}$/i.test(value)
      ? until(Number.parseInt(value, 16) * 1000)
      : none;
  };
}

/** Tencent: `1700000000;1700003600`. */
function ofTencent(parameters: Parameters_): Expiry {
  const end = /^\d{9,11};(\d{9,11})$/.exec(parameters.get('q-sign-time') ?? '')?.[1];
  return end === undefined ? none : until(Number(end) * 1000);
}

/** A token of three parts, the second of which says when it ends (Supabase and others). */
function inToken(parameters: Parameters_): Expiry {
  const token = parameters.get('token') ?? parameters.get('jwt') ?? '';
  const payload = /^eyJ[\w-]*\.(eyJ[\w-]+)\.[\w-]*$/.exec(token)?.[1];
  if (payload === undefined) return none;
  const bytes = base64Head(payload, 0, 4000);
  const seconds = /"exp"\s*:\s*(\d{9,11})\b/.exec(String.fromCharCode(...bytes))?.[1];
  return seconds === undefined ? none : until(Number(seconds) * 1000);
}

const signatures = ['signature', 'sig', 'sign', 'hmac', 'token', 'hash', 'key-pair-id', 'googleaccessid'];
const ends = ['expires', 'expire', 'expiry', 'expiration', 'expires_at', 'expiresat', 'exp', 'x-expires'];

/** S3's and Google's older form, CloudFront, and many others: a signature, and the seconds at which it ends. */
function inSeconds(parameters: Parameters_): Expiry {
  if (!signatures.some((name) => parameters.has(name))) return none;
  const name = ends.find((one) => parameters.has(one));
  if (name === undefined) return none;
  const value = parameters.get(name) ?? '';
  const number = numberOf(value);
  if (number === null) return timeOf(value);
  const isMilliseconds = number >= 1e12;
  return number < 1e9 ? unknown : until(isMilliseconds ? number : number * 1000);
}

const readers: readonly ((parameters: Parameters_) => Expiry)[] = [
  fromStart('x-amz'),
  fromStart('x-goog'),
  fromStart('x-oss'),
  ofAzure,
  ofPolicy,
  ofTencent,
  inHexadecimal('ex', 'hm'),
  inHexadecimal('oe', 'oh'),
  inToken,
  inSeconds,
];

function numberOf(text: string): number | null {
  return /^\d{1,14}$/.test(text) ? Number(text) : null;
}

/** Years that a date can have. */
const latest = Date.UTC(9999, 0);

function until(time: number): Expiry {
  return Number.isFinite(time) && time > 0 && time < latest ? { kind: 'until', time } : unknown;
}
