// Could one submit there? The address, the key, the clock, by what the provider answers to one small read.
import { capital } from '#core';
import type { AccountAnswer } from '#jobs';
import { withoutLogin } from './doctorKeys.ts';
import { type Reached, reach } from './doctorReach.ts';
import { absent, type DoctorReport, fine, wrong } from './doctorReport.ts';
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
  const keyless =
    address.baseUrl === null
      ? null
      : accountOf({ profile: 'openai', provider: 'openai', baseUrl: address.baseUrl, apiKey: null });
  const needed = keyless?.kind === 'problem' && keyless.problem.kind === 'noKey';
  const problem = answer.kind === 'problem' ? answer.problem : null;
  const facts: KeyFacts = { isSet: hasKey(terminal), isSendable: problem?.kind !== 'badKey', needed };
  const isOfKey = problem?.kind === 'noKey' || problem?.kind === 'badKey';
  if (address.baseUrl === null || (problem !== null && !isOfKey)) {
    const message = problem?.message ?? 'There is no address to ask.';
    return {
      key: keySection(facts, null),
      provider: { base_url: null, base_url_from: address.from, ...unasked, ...wrong(message, null) },
      clock: clockSection(null),
    };
  }
  const { baseUrl, from } = address;
  const apiKey = answer.kind === 'account' ? answer.account.apiKey : null;
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
  readonly isSet: boolean;
  /** No quotes, blanks or control characters that a paste brought along. */
  readonly isSendable: boolean;
  readonly needed: boolean;
}

function hasKey({ env }: Terminal): boolean {
  return Boolean(env[variable]?.trim());
}

function keySection({ isSet, isSendable, needed }: KeyFacts, reached: Reached | null): DoctorReport['key'] {
  const facts = { variable, present: isSet, needed, accepted: null };
  const status = reached?.kind === 'answered' ? reached.status : null;
  if (!isSet) {
    const isAsked = status === 401 || status === 403;
    if (!needed && !isAsked) return { ...facts, ...absent('not set, and not needed there') };
    return { ...facts, status: 'missing', message: `${variable} is not set.`, next: toSetKey };
  }
  if (!isSendable) {
    const message = `${variable} holds characters that no key has, such as quotes or blanks.`;
    return { ...facts, ...wrong(message, 'Set it again, the key alone.') };
  }
  if (status === 401) {
    const message = `${variable} is set, but the provider refuses it (401).`;
    const next = 'Make a new key at the provider, and look whether the key belongs to this base URL.';
    return { ...facts, accepted: false, ...wrong(message, next) };
  }
  if (status === 403) {
    const message = `${variable} is set, but it may not use batches (403).`;
    return { ...facts, accepted: false, ...wrong(message, 'Give the key the right to batches and files.') };
  }
  const accepted = status === 200 ? true : null;
  return { ...facts, accepted, ...fine(`from ${variable}${accepted ? ', accepted' : ''}`) };
}

function providerSection(
  name: string,
  { baseUrl, from }: { readonly baseUrl: string; readonly from: Address['from'] },
  reached: Reached,
): DoctorReport['provider'] {
  const place = { base_url: withoutLogin(baseUrl), base_url_from: from };
  if (reached.kind === 'silent') {
    const { message, next } = reached;
    return { ...place, ...unasked, reachable: false, ...wrong(`${name} ${message}.`, next) };
  }
  const { status, elapsedMs } = reached;
  const facts = { ...place, reachable: true, http_status: status, elapsed_ms: elapsedMs };
  const trouble = troubleOf(reached);
  if (trouble === null) {
    const word = `answers (${formatDuration(elapsedMs)}${status === 200 ? '' : `, ${status}`})`;
    return { ...facts, ...fine(`${name} ${word}`) };
  }
  return { ...facts, ...wrong(`${name} ${trouble[0]}.`, trouble[1]) };
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
    return { ahead_seconds: null, ...absent('not known: the provider did not say its time') };
  }
  const aheadMs = Date.now() - reached.at;
  const aheadSeconds = Math.round(aheadMs / 1000);
  if (Math.abs(aheadSeconds) <= tolerableSeconds) {
    return { ahead_seconds: aheadSeconds, ...fine("agrees with the provider's") };
  }
  const off = formatDuration(Math.abs(aheadMs));
  const message = `This computer's clock is ${off} ${aheadMs > 0 ? 'ahead of' : 'behind'} the provider's.`;
  return { ahead_seconds: aheadSeconds, ...wrong(message, 'Set the clock.') };
}
