// Named accounts of a person's settings: where each is, what goes with its calls, its limits and prices. Never a key.
import { type Configuration, isObject, type JsonObject, placeOf, providers, readConfiguration } from '#core';
import {
  fullBaseUrl,
  isSendableProvider,
  providerPlaces,
  type SendableProvider,
  sendableProviders,
} from './providerPlaces.ts';

export interface Profile {
  readonly provider: SendableProvider;
  readonly baseUrl: string;
  /** The variable of the environment that holds the key in a terminal; null: it is asked without one. */
  readonly keyVariable: string | null;
  /** None of them is a key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly apiVersion: string | null;
  /** What its requests are checked and priced by: the version of its API, limits of its queue, prices. */
  readonly values: Pick<Partial<Configuration>, 'prices' | 'queueTokens' | 'anthropicVersion'>;
}

export type Profiles = Readonly<Record<string, Profile>>;

/** Names that mean something else, or would be taken for a provider's own account. */
const takenNames: ReadonlySet<string> = new Set(['auto', 'simulator', ...providers]);

const mostProfiles = 100;
const profileFields = ['provider', 'baseUrl', 'keyVariable', 'headers', 'apiVersion', 'limits', 'prices'];

/** Keeps what can be understood; one sentence each for the rest. A profile that is wrong in anything is left out. */
export function readProfiles(value: unknown, problems: string[]): Profiles {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    problems.push('"profiles" must be an object keyed by names of your choice.');
    return {};
  }
  const entries = Object.entries(value);
  if (entries.length > mostProfiles)
    problems.push(`"profiles" has more than ${mostProfiles} names; the first count.`);
  return Object.fromEntries(
    entries.slice(0, mostProfiles).flatMap(([name, entry]) => {
      const wrong = nameProblem(name);
      const read = wrong === null ? readProfile(entry) : [wrong];
      if ('provider' in read) return [[name, read] as const];
      for (const clause of read)
        problems.push(`The profile ${JSON.stringify(name.slice(0, 40))} has no effect: ${clause}.`);
      return [];
    }),
  );
}

function nameProblem(name: string): string | null {
  if (takenNames.has(name)) return 'that name is taken; give it another';
  return /^[A-Za-z0-9][\w.-]{0,39}$/.test(name)
    ? null
    : 'its name must be up to 40 letters, digits, dots, hyphens and underscores';
}

/** @returns clauses that say what is wrong. */
function readProfile(value: unknown): Profile | readonly string[] {
  if (!isObject(value)) return ['it must be an object with "provider" and "baseUrl"'];
  const wrong: string[] = [];
  const unknown = Object.keys(value).find((field) => !profileFields.includes(field));
  if (unknown !== undefined) wrong.push(unknownFieldWords(unknown));
  const { provider = 'openai-compatible' } = value;
  if (typeof provider !== 'string' || !isSendableProvider(provider))
    return [...wrong, `"provider" must be one of ${sendableProviders.join(', ')}`];
  const apiVersion = readApiVersion(value.apiVersion, wrong);
  const baseUrl = readBaseUrl(value.baseUrl, provider, apiVersion, wrong);
  const headers = readHeaders(value.headers, wrong);
  const keyVariable = readKeyVariable(value.keyVariable, provider, baseUrl, wrong);
  const values = readValues(value, provider, wrong);
  return wrong.length > 0 || baseUrl === null
    ? wrong
    : { provider, baseUrl, keyVariable, headers, apiVersion, values };
}

/** Whoever writes a key here shall learn where it belongs; the name may hold it, so it is not repeated. */
function unknownFieldWords(field: string): string {
  return /key|token|secret|password/i.test(field)
    ? 'keys do not belong in settings; "keyVariable" names the variable of the environment that holds one'
    : `it can hold ${profileFields.join(', ')}, and nothing else`;
}

function readApiVersion(value: unknown, wrong: string[]): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && /^[\w.-]{1,40}$/.test(value)) return value;
  wrong.push('"apiVersion" must be a version such as "2024-10-21"');
  return null;
}

function readBaseUrl(
  value: unknown,
  provider: SendableProvider,
  apiVersion: string | null,
  wrong: string[],
): string | null {
  const { baseUrl: own, example } = providerPlaces[provider];
  if (own !== null && (value === undefined || value === null || value === '')) return own;
  const problem =
    typeof value === 'string' ? baseUrlProblem(value) : 'is needed: what stands before "/batches" there';
  if (problem === null) return fullBaseUrl(provider, String(value).trim(), apiVersion);
  wrong.push(`"baseUrl" ${problem}, such as ${example}`);
  return null;
}

/** A clause that begins with a verb, or null. */
export function baseUrlProblem(text: string): string | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  // `localhost:8900/v1` is a URL as well, of a scheme "localhost".
  if (url === null || !/^https?:$/.test(url.protocol)) return 'must be an address that begins with https://';
  // It is kept in records of jobs and shown, and no password is.
  if (url.username !== '' || url.password !== '') return 'must not hold a name or a password';
  return url.search === '' && url.hash === '' ? null : 'must end before any "?" or "#"';
}

/** Sent with every call by whoever makes it, or a way to send a key. */
const ownHeaders = /^(host|connection|transfer-encoding|expect|te|upgrade|content-.*|anthropic-version)$/;
const keyHeaders =
  /(^|[-_])(api[-_]?key|key|keys|token|secret|password|auth|authorization|cookie|credential|credentials)$|^x-goog-|^cookie|^set-cookie/;
const keyValues = /^\s*(bearer|basic|token)\s|\b(sk-|gsk_|xai-|AIza)[\w-]{8}|^eyJ[\w-]+\./i;

function readHeaders(value: unknown, wrong: string[]): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    wrong.push('"headers" must be an object of names and texts');
    return {};
  }
  const headers: [string, string][] = [];
  for (const [name, text] of Object.entries(value).slice(0, 50)) {
    const problem = headerProblem(name.toLowerCase(), text);
    if (problem === null) headers.push([name, String(text)]);
    else wrong.push(problem);
  }
  return Object.fromEntries(headers);
}

function headerProblem(name: string, text: unknown): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/.test(name)) return 'a name in "headers" is no name of a header';
  if (keyHeaders.test(name))
    return `the header ${name} looks like a key, and keys do not belong in settings: "keyVariable" names the variable that holds one`;
  if (ownHeaders.test(name)) return `the header ${name} is set for each call and cannot be changed`;
  if (typeof text !== 'string' || !/^[\t\x20-\x7e]{0,4000}$/.test(text))
    return `the header ${name} must be a text of ASCII characters`;
  return keyValues.test(text)
    ? `the value of the header ${name} looks like a key, and keys do not belong in settings`
    : null;
}

/** The provider's own variable holds a key for the provider's own address: another address needs its own. */
function readKeyVariable(
  value: unknown,
  provider: SendableProvider,
  baseUrl: string | null,
  wrong: string[],
): string | null {
  const { variables, baseUrl: own } = providerPlaces[provider];
  if (value === undefined || value === null || value === '') {
    const isOwn =
      provider === 'azure' || (baseUrl !== null && own !== null && placeOf(baseUrl) === placeOf(own));
    return isOwn ? variables.key : null;
  }
  if (typeof value === 'string' && /^[A-Z_][A-Z0-9_]{0,63}$/.test(value)) return value;
  // Not repeated: it may be the key itself.
  wrong.push(
    '"keyVariable" must be the name of a variable of the environment, in capitals, such as MY_API_KEY',
  );
  return null;
}

function readValues(
  { limits, prices, apiVersion }: JsonObject,
  provider: SendableProvider,
  wrong: string[],
): Profile['values'] {
  const anthropic = provider === 'anthropic' ? { apiVersion } : null;
  const { values, problems } = readConfiguration({ limits, prices, anthropic });
  wrong.push(...problems.map((problem) => problem.replace(/\.$/, '')));
  const { prices: ownPrices, queueTokens, anthropicVersion } = values;
  return {
    ...(ownPrices === undefined ? {} : { prices: ownPrices }),
    ...(queueTokens === undefined ? {} : { queueTokens }),
    ...(anthropicVersion === undefined ? {} : { anthropicVersion }),
  };
}
