// Who pays, and where: base URL and key by profile. Keys live in memory only; a record keeps a fingerprint.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLoopbackPlace, type JobAccount, type Provider } from '#core';

export interface Account {
  /** The name of a provider, of a profile in the settings, or `simulator` for the embedded provider. */
  readonly profile: string;
  readonly provider: Provider;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Sent with every call beside the key; none of them is a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where a provider has several: Anthropic's `anthropic-version`, Azure's `api-version`. Null: the adapter's own. */
  readonly apiVersion: string | null;
}

export type AccountParts = Pick<Account, 'profile' | 'provider' | 'baseUrl' | 'apiKey'> &
  Partial<Pick<Account, 'headers' | 'apiVersion'>>;

export interface AccountProblem {
  readonly kind: 'noKey' | 'badKey' | 'noSimulator' | 'badUrl' | 'otherAccount' | 'unknownProfile';
  /** One sentence and what to do. */
  readonly message: string;
}

export type AccountAnswer =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'problem'; readonly problem: AccountProblem };

export const openaiBaseUrl = 'https://api.openai.com/v1';
export const simulatorProfile = 'simulator';

/** An account from its parts. A base URL on this machine needs no key. */
export function accountOf(parts: AccountParts): AccountAnswer {
  const { profile, provider, baseUrl, apiKey, headers = {}, apiVersion = null } = parts;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  // `localhost:8900/v1` is a URL as well, of a scheme "localhost".
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refused(
      'badUrl',
      `${JSON.stringify(baseUrl)} is no base URL; write one such as http://localhost:8900/v1.`,
    );
  }
  const key = apiKey?.trim() || null;
  if (key === null && !isLoopbackPlace(url.host)) {
    return refused(
      'noKey',
      `There is no key for ${providerName({ profile, baseUrl })}; set OPENAI_API_KEY, or try it without one: "llm-batch simulate".`,
    );
  }
  // What no HTTP header can hold would look like a connection that breaks, again and again.
  if (key !== null && !/^[!#-&(-~]+$/.test(key)) {
    return refused(
      'badKey',
      'OPENAI_API_KEY holds characters that no key has, such as quotes or blanks; set it again, the key alone.',
    );
  }
  return { kind: 'account', account: { profile, provider, baseUrl, apiKey: key, headers, apiVersion } };
}

export interface EnvironmentRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of job records, for the simulator's address. */
  readonly home: string;
  readonly profile?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** The account of a terminal: `--profile`, `--base-url`, then the SDK's own environment variables. */
export function accountFromEnvironment({ env, home, profile, baseUrl }: EnvironmentRequest): AccountAnswer {
  if (profile === simulatorProfile) return simulatorAccount(home);
  if (profile !== undefined && profile !== 'openai') {
    return refused(
      'unknownProfile',
      `There is no profile ${JSON.stringify(profile)}; there are openai and simulator.`,
    );
  }
  return accountOf({
    profile: 'openai',
    provider: 'openai',
    baseUrl: baseUrl ?? (env.OPENAI_BASE_URL || openaiBaseUrl),
    apiKey: env.OPENAI_API_KEY ?? null,
  });
}

/** The embedded provider, where one is running for this folder of records. */
export function simulatorAccount(home: string): AccountAnswer {
  try {
    const { url } = JSON.parse(readFileSync(join(home, 'simulator.json'), 'utf8')) as {
      readonly url: string;
    };
    return accountOf({ profile: simulatorProfile, provider: 'openai', baseUrl: url, apiKey: null });
  } catch {
    return refused(
      'noSimulator',
      'No simulator is running; start one with "llm-batch simulate --register", or in the editor.',
    );
  }
}

/** A job is asked after only where it was made; the simulator is the same at any address. */
export function checkJobAccount(made: JobAccount, account: Account): AccountProblem | null {
  const bothSimulated = made.profile === simulatorProfile && account.profile === simulatorProfile;
  if (bothSimulated || trimSlash(made.baseUrl) === trimSlash(account.baseUrl)) return null;
  return {
    kind: 'otherAccount',
    message: `This job is at ${made.baseUrl}, not at ${account.baseUrl}; set the base URL back to reach it.`,
  };
}

/** Another key may be a new one for the same project, so this explains a failure rather than being one. */
export function hasOtherKey(made: JobAccount, account: Account): boolean {
  return made.keyFingerprint !== null && keyFingerprint(account.apiKey) !== made.keyFingerprint;
}

/**
 * The account at the very address a job was made at, so that it can be asked after without naming the place again: when
 * that needs no key, or the key is the one it was made with. Any other key is for another address: null.
 */
export function accountWhereMade(
  { profile, baseUrl, keyFingerprint }: JobAccount,
  apiKey: string | null,
): Account | null {
  const key = keyFingerprint === null ? null : apiKey;
  const answer = accountOf({ profile, provider: 'openai', baseUrl, apiKey: key });
  if (answer.kind === 'problem') return null;
  return hasOtherKey({ profile, baseUrl, keyFingerprint }, answer.account) ? null : answer.account;
}

export function recordOf(account: Account): JobAccount {
  return {
    profile: account.profile,
    baseUrl: account.baseUrl,
    keyFingerprint: keyFingerprint(account.apiKey),
  };
}

function keyFingerprint(apiKey: string | null): string | null {
  return apiKey === null ? null : createHash('sha256').update(apiKey).digest('hex').slice(0, 8);
}

/** "key …4f2a", "no key": enough to recognise, too little to use. */
export function keyLabel(apiKey: string | null): string {
  if (apiKey === null) return 'no key';
  return apiKey.length < 12 ? 'key set' : `key …${apiKey.slice(-4)}`;
}

/** How the provider is called in messages: "OpenAI", "the simulator", or the host of another server. */
export function providerName({ profile, baseUrl }: Pick<Account, 'profile' | 'baseUrl'>): string {
  if (profile === simulatorProfile) return 'the simulator';
  const { host } = new URL(baseUrl);
  return host === new URL(openaiBaseUrl).host ? 'OpenAI' : host;
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function refused(kind: AccountProblem['kind'], message: string): AccountAnswer {
  return { kind: 'problem', problem: { kind, message } };
}
