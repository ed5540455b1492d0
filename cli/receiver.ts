// Who gets the requests of a file, as far as that is said before anybody has looked into it?
import type { Configuration, Provider } from '#core';
import { CouldNotRun } from './failure.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, homeOf } from './workshop.ts';

export interface Receiver {
  /** Left out: whose requests its lines are. */
  readonly receiver?: Provider;
  /** What its profile says of limits and prices. */
  readonly values: Partial<Configuration>;
  /** Where they would go: what was learnt holds for an address. */
  readonly account: AccountOptions;
}

/** @throws CouldNotRun where the profile and --provider name different ones. */
export async function receiverFor(terminal: Terminal, options: AccountOptions): Promise<Receiver> {
  const { isSendableProvider, profileOf, simulatorProfile } = await import('#jobs');
  const { profile, baseUrl } = options;
  const asked = options.provider === 'auto' ? undefined : options.provider;
  const told = (provider: Provider | undefined): Receiver => ({
    ...(provider === undefined ? {} : { receiver: provider }),
    ...{ values: {}, account: options },
  });
  if (profile === undefined || profile === simulatorProfile) return told(asked);
  const named = isSendableProvider(profile) ? null : profileOf(profile, await homeOf(terminal));
  const provider = isSendableProvider(profile) ? profile : named?.provider;
  if (asked !== undefined && provider !== undefined && asked !== provider) {
    const message = `The profile ${profile} is for ${provider}, and --provider says ${asked}; leave one of them out.`;
    throw new CouldNotRun(message, 'usage');
  }
  if (named === null) return told(provider);
  const account = { profile, baseUrl: baseUrl ?? named.baseUrl };
  return { receiver: named.provider, values: named.values, account };
}
