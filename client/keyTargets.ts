// What can a key be given to? The providers, and the profiles of the settings; where each sends it, as a sentence names it.
import type { Provider } from '#core';
import { type KeyOwner, ownerOf, ownProviders, profileFor } from './accounts.ts';
import type { Parts } from './parts.ts';
import { readBaseUrls, readProfile } from './settings.ts';

export interface KeyTarget {
  readonly owner: KeyOwner;
  readonly title: string;
  /** Where the key is sent. */
  readonly place: string;
  readonly keyBegins: string;
  readonly hasKey: boolean;
}

type Ports = Pick<Parts, 'accounts' | 'engine'>;

export async function keyTargets(parts: Ports): Promise<readonly KeyTarget[]> {
  const names = [...ownProviders, ...Object.keys(await parts.accounts.profiles())];
  return Promise.all(names.map((name) => keyTarget(parts, name)));
}

/** That whose key is missing for the requests of a provider. */
export function keyTargetFor(parts: Ports, provider: Provider | null): Promise<KeyTarget> {
  return keyTarget(parts, profileFor(readProfile(), provider));
}

/** @param name of a provider with an address of its own, or of a profile. */
export async function keyTarget({ accounts, engine }: Ports, name: string): Promise<KeyTarget> {
  const { isSendableProvider, providerName, providerPlaces } = await engine.jobs();
  const owner = ownerOf(name);
  const hasKey = await accounts.hasKey(owner);
  const profile = await accounts.profileOf(name);
  if (profile !== null) {
    const { keyBegins } = providerPlaces[profile.provider];
    return { owner, title: name, place: profile.baseUrl, keyBegins, hasKey };
  }
  const { title, keyBegins, baseUrl: own } = providerPlaces[isSendableProvider(name) ? name : 'openai'];
  const urls: Readonly<Record<string, string | undefined>> = readBaseUrls();
  const baseUrl = urls[name] ?? own ?? '';
  const isOwn = URL.canParse(baseUrl) && providerName({ profile: name, baseUrl }) === title;
  return { owner, title, place: isOwn ? title : baseUrl, keyBegins, hasKey };
}
