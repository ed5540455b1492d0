// Could one submit there? The address, the key, the clock, by what the provider answers to one small read.
import type { AccountAnswer } from '#jobs';
import { type Reached, reach } from './doctorReach.ts';
import type { DoctorReport } from './doctorReport.ts';
import type { Terminal } from './terminal.ts';
import { formatDuration } from './words.ts';
import { type AccountOptions, homeOf } from './workshop.ts';

type ProviderSections = Pick<DoctorReport, 'key' | 'provider' | 'clock'>;

interface Address {
  readonly baseUrl: string | null;
  readonly from: DoctorReport['provider']['base_url_from'];
}

const patienceMs = 5000;
const variable = 'OPENAI_API_KEY';
const toSetKey = `Set ${variable}, or try everything without one: "llm-batch simulate".`;

export async function lookAtProvider(options: AccountOptions, terminal: Terminal): Promise<ProviderSections> {
  const { accountFromEnvironment, accountOf, providerName } = await import('#jobs');
  const home = await homeOf(terminal);
  const answer = accountFromEnvironment({ env: terminal.env, home, ...options });
  const address = await addressOf(options, answer, terminal);
  // By the rule that a submit goes by: what an account without a key would be.
  const keyless = address.baseUrl === null ? null : accountOf('openai', address.baseUrl, null);
  const needed = keyless?.kind === 'problem' && keyless.problem.kind === 'noKey';
  const facts: KeyFacts = { key: keyOf(terminal), needed };
  if (address.baseUrl === null || (answer.kind === 'problem' && answer.problem.kind !== 'noKey')) {
    const message = answer.kind === 'problem' ? answer.problem.message : 'There is no address to ask.';
    return {
      key: keySection(facts, null),
      provider: {
        status: 'problem',
        message,
        next: null,
        base_url: null,
        base_url_from: address.from,
        ...unasked,
      },
      clock: clockSection(null),
    };
  }
  const { baseUrl, from } = address;
  const apiKey = answer.kind === 'account' && isSendable(facts.key) ? answer.account.apiKey : null;
  const reached = await reach(withoutLogin(baseUrl), apiKey, patienceMs, terminal.signal);
  const { host } = new URL(baseUrl);
  const name = providerName({ profile: options.profile ?? 'openai', baseUrl });
  const shown = withoutLogin(baseUrl);
  return {
    key: keySection(facts, reached),
    provider: providerSection(
      name === host ? shown : `${capital(name)} at ${shown}`,
      { baseUrl, from },
      reached,
    ),
    clock: clockSection(reached),
  };
}

const unasked = { reachable: null, http_status: null, elapsed_ms: null } as const;

async function addressOf(
  { profile, baseUrl }: AccountOptions,
  answer: AccountAnswer,
  { env }: Terminal,
): Promise<Address> {
  const { openaiBaseUrl, simulatorProfile } = await import('#jobs');
  if (profile === simulatorProfile) {
    return { baseUrl: answer.kind === 'account' ? answer.account.baseUrl : null, from: 'simulator' };
  }
  if (baseUrl !== undefined) return { baseUrl, from: '--base-url' };
  if (env.OPENAI_BASE_URL) return { baseUrl: env.OPENAI_BASE_URL, from: 'OPENAI_BASE_URL' };
  return { baseUrl: openaiBaseUrl, from: 'default' };
}

interface KeyFacts {
  readonly key: string | null;
  readonly needed: boolean;
}

function keyOf({ env }: Terminal): string | null {
  return env[variable]?.trim() || null;
}

/** What stands in an HTTP header: no quotes, blanks or control characters that a paste brought along. */
function isSendable(key: string | null): boolean {
  return key === null || /^[!#-&(-~]+$/.test(key);
}

function keySection({ key, needed }: KeyFacts, reached: Reached | null): DoctorReport['key'] {
  const facts = { variable, present: key !== null, needed };
  if (!isSendable(key)) {
    const message = `${variable} holds characters that no key has, such as quotes or blanks.`;
    return { ...facts, accepted: null, status: 'problem', message, next: 'Set it again, the key alone.' };
  }
  const status = reached?.kind === 'answered' ? reached.status : null;
  if (key === null) {
    const isAsked = status === 401 || status === 403;
    if (!needed && !isAsked) {
      return {
        ...facts,
        accepted: null,
        status: 'none',
        message: 'not set, and not needed there',
        next: null,
      };
    }
    return {
      ...facts,
      accepted: null,
      status: 'missing',
      message: `${variable} is not set.`,
      next: toSetKey,
    };
  }
  if (status === 401) {
    const message = `${variable} is set, but the provider refuses it (401).`;
    const next = 'Make a new key at the provider, and look whether the key belongs to this base URL.';
    return { ...facts, accepted: false, status: 'problem', message, next };
  }
  if (status === 403) {
    const message = `${variable} is set, but it may not use batches (403).`;
    return {
      ...facts,
      accepted: false,
      status: 'problem',
      message,
      next: 'Give the key the right to batches and files.',
    };
  }
  const accepted = status === 200 ? true : null;
  const message = `from ${variable}${accepted ? ', accepted' : ''}`;
  return { ...facts, accepted, status: 'ok', message, next: null };
}

function providerSection(
  name: string,
  { baseUrl, from }: { readonly baseUrl: string; readonly from: Address['from'] },
  reached: Reached,
): DoctorReport['provider'] {
  const place = { base_url: withoutLogin(baseUrl), base_url_from: from };
  if (reached.kind === 'silent') {
    const { message, next } = reached;
    return {
      ...place,
      ...unasked,
      reachable: false,
      status: 'problem',
      message: `${name} ${message}.`,
      next,
    };
  }
  const { status, elapsedMs } = reached;
  const facts = { ...place, reachable: true, http_status: status, elapsed_ms: elapsedMs };
  const trouble = troubleOf(reached);
  if (trouble === null) {
    const word = `answers (${formatDuration(elapsedMs)}${status === 200 ? '' : `, ${status}`})`;
    return { ...facts, status: 'ok', message: `${name} ${word}`, next: null };
  }
  return { ...facts, status: 'problem', message: `${name} ${trouble[0]}.`, next: trouble[1] };
}

/** What is wrong with an answer, and what to do; null when it is that of a provider. */
function troubleOf({ status, hasBatches }: Reached & { readonly kind: 'answered' }): [string, string] | null {
  const checkUrl = 'Check the base URL; most end in /v1.';
  if (status === 200) return hasBatches ? null : ['answers, but not with batches', checkUrl];
  if (status === 401 || status === 403 || status === 429) return null;
  if (status >= 500) return [`is in trouble (${status})`, 'Try again later.'];
  return [`has no batches at this address (${status})`, checkUrl];
}

/** A clock that is off by more makes ages and deadlines wrong, and at last certificates. */
const tolerableSeconds = 300;

function clockSection(reached: Reached | null): DoctorReport['clock'] {
  if (reached?.kind !== 'answered' || reached.at === null) {
    const message = 'not known: the provider did not say its time';
    return { ahead_seconds: null, status: 'none', message, next: null };
  }
  const aheadMs = Date.now() - reached.at;
  const aheadSeconds = Math.round(aheadMs / 1000);
  if (Math.abs(aheadSeconds) <= tolerableSeconds) {
    return { ahead_seconds: aheadSeconds, status: 'ok', message: "agrees with the provider's", next: null };
  }
  const off = formatDuration(Math.abs(aheadMs));
  const message = `This computer's clock is ${off} ${aheadMs > 0 ? 'ahead of' : 'behind'} the provider's.`;
  return { ahead_seconds: aheadSeconds, status: 'problem', message, next: 'Set the clock.' };
}

function withoutLogin(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

function capital(text: string): string {
  return text.startsWith('the ') ? `The ${text.slice(4)}` : text;
}
