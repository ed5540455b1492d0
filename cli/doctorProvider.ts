// Could one submit there? The address, the key, the clock, by what the provider answers to one small read.
import { capital, formatDuration, type Provider } from '#core';
import type { AccountAnswer, SendableProvider } from '#jobs';
import { type Reached, reach } from './doctorReach.ts';
import { absent, type DoctorReport, fine, wrong } from './doctorReport.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, homeOf } from './workshop.ts';

type ProviderSections = Pick<DoctorReport, 'key' | 'provider' | 'clock'>;

/** The account that is meant, as far as it is known without its key. */
interface Place {
  readonly profile: string;
  readonly provider: SendableProvider;
  readonly baseUrl: string | null;
  readonly from: DoctorReport['provider']['base_url_from'];
  /** Where its key would be; null: it has none. */
  readonly variable: string | null;
  readonly apiVersion: string | null;
}

const patienceMs = 5000;

export async function lookAtProvider(options: AccountOptions, terminal: Terminal): Promise<ProviderSections> {
  const { accountFromEnvironment, accountOf, providerName, withoutLogin } = await import('#jobs');
  const home = await homeOf(terminal);
  const { profile, baseUrl: given } = options;
  const provider = await providerMeant(options, terminal);
  const answer = accountFromEnvironment({ env: terminal.env, home, profile, baseUrl: given, provider });
  const place = await placeOf(options, provider, answer, terminal);
  const { baseUrl, from, variable } = place;
  // By the rule that a submit goes by: what an account without a key would be.
  const keyless = baseUrl === null ? null : accountOf({ ...place, baseUrl, apiKey: null });
  const needed = keyless?.kind === 'problem' && keyless.problem.kind === 'noKey';
  const problem = answer.kind === 'problem' ? answer.problem : null;
  const isSet = variable !== null && Boolean(terminal.env[variable]?.trim());
  const facts: KeyFacts = { variable, isSet, isSendable: problem?.kind !== 'badKey', needed };
  const isOfKey = problem?.kind === 'noKey' || problem?.kind === 'badKey';
  if (baseUrl === null || (problem !== null && !isOfKey)) {
    const message = problem?.message ?? 'There is no address to ask.';
    return {
      key: keySection(facts, null),
      provider: { base_url: null, base_url_from: from, ...unasked, ...wrong(message, null) },
      clock: clockSection(null),
    };
  }
  const asked = answer.kind === 'account' ? answer.account : { ...place, baseUrl, apiKey: null, headers: {} };
  const shown = withoutLogin(baseUrl);
  const reached = await reach({ ...asked, baseUrl: shown }, patienceMs, terminal.signal);
  const name = providerName(asked);
  return {
    key: keySection(facts, reached),
    provider: providerSection(
      name === new URL(baseUrl).host ? shown : `${capital(name)} at ${shown}`,
      { baseUrl: shown, from },
      reached,
    ),
    clock: clockSection(reached),
  };
}

const unasked = { reachable: null, http_status: null, elapsed_ms: null } as const;

/** Named, or the first that has a key; OpenAI where none has. */
async function providerMeant({ profile, provider }: AccountOptions, { env }: Terminal): Promise<Provider> {
  const { isSendableProvider, providerPlaces, sendableProviders } = await import('#jobs');
  if (profile !== undefined && isSendableProvider(profile)) return profile;
  if (provider !== undefined && provider !== 'auto') return provider;
  const isSet = (name: SendableProvider): boolean => {
    const { key, baseUrl } = providerPlaces[name].variables;
    return Boolean(env[key]?.trim()) || Boolean(env[baseUrl]?.trim());
  };
  return sendableProviders.find(isSet) ?? 'openai';
}

async function placeOf(
  { profile, baseUrl }: AccountOptions,
  provider: Provider,
  answer: AccountAnswer,
  terminal: Terminal,
): Promise<Place> {
  const { isSendableProvider, profileOf, providerPlaces, simulatorProfile } = await import('#jobs');
  const { env } = terminal;
  const own = isSendableProvider(provider) ? provider : 'openai';
  const { variables, baseUrl: usual } = providerPlaces[own];
  const known = answer.kind === 'account' ? answer.account : null;
  const apiVersion = known?.apiVersion ?? null;
  const place = { profile: profile ?? own, provider: own, variable: variables.key, apiVersion };
  if (profile === simulatorProfile)
    return { ...place, variable: null, baseUrl: known?.baseUrl ?? null, from: 'simulator' };
  const named =
    profile === undefined || isSendableProvider(profile) ? null : profileOf(profile, await homeOf(terminal));
  if (named !== null) {
    const { provider: its, keyVariable, apiVersion: version } = named;
    const from = baseUrl === undefined ? 'profile' : '--base-url';
    const ofIts = { profile: profile ?? '', provider: its, variable: keyVariable, apiVersion: version };
    return { ...ofIts, baseUrl: baseUrl ?? named.baseUrl, from };
  }
  if (baseUrl !== undefined) return { ...place, baseUrl, from: '--base-url' };
  const set = env[variables.baseUrl]?.trim();
  if (set) return { ...place, baseUrl: known?.baseUrl ?? set, from: variables.baseUrl };
  return { ...place, baseUrl: usual, from: usual === null ? null : 'default' };
}

interface KeyFacts {
  readonly variable: string | null;
  readonly isSet: boolean;
  /** No quotes, blanks or control characters that a paste brought along. */
  readonly isSendable: boolean;
  readonly needed: boolean;
}

function keySection(
  { variable, isSet, isSendable, needed }: KeyFacts,
  reached: Reached | null,
): DoctorReport['key'] {
  const facts = { variable, present: isSet, needed, accepted: null };
  const toSetKey =
    variable === null
      ? 'Name the variable that holds it with "keyVariable" of the profile.'
      : `Set ${variable}, or try everything without one: "llm-batch simulate".`;
  const status = reached?.kind === 'answered' ? reached.status : null;
  if (!isSet) {
    const isAsked = status === 401 || status === 403;
    if (!needed && !isAsked) return { ...facts, ...absent('not set, and not needed there') };
    const message = variable === null ? 'The profile names no key.' : `${variable} is not set.`;
    return { ...facts, status: 'missing', message, next: toSetKey };
  }
  if (!isSendable) {
    const message = `${variable} holds characters that no key has, such as quotes or blanks.`;
    return { ...facts, ...wrong(message, 'Set it again, the key alone.') };
  }
  if (status === 401 || (reached?.kind === 'answered' && reached.isOfKey)) {
    const message = `${variable} is set, but the provider refuses it (${status}).`;
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
  { baseUrl, from }: { readonly baseUrl: string; readonly from: Place['from'] },
  reached: Reached,
): DoctorReport['provider'] {
  const place = { base_url: baseUrl, base_url_from: from };
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
function troubleOf({
  status,
  hasBatches,
  isOfKey,
}: Reached & { readonly kind: 'answered' }): [string, string] | null {
  const checkUrl = 'Check the base URL; most end in /v1, those of Anthropic and Gemini end before it.';
  if (isOfKey) return null;
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
