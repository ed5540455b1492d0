// Where was something learnt? At an address: what another server says of a model of the same name is another matter.
import type { Provider } from '../dialects/dialect.ts';

/** Providers that count and bill as one: those with OpenAI's API are told apart by their address. */
export type ProviderFamily = 'openai' | 'anthropic' | 'gemini';

export const providerFamilies: readonly ProviderFamily[] = ['openai', 'anthropic', 'gemini'];

export function familyOf(provider: Provider): ProviderFamily {
  return provider === 'anthropic' || provider === 'gemini' ? provider : 'openai';
}

/** The base URL of each provider itself. */
export const ownBaseUrls: Readonly<Record<ProviderFamily, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
};

/** Where the official SDKs look for another base URL, and for the key. */
export const providerVariables: Readonly<
  Record<ProviderFamily, { readonly key: string; readonly baseUrl: string }>
> = {
  openai: { key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
  anthropic: { key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL' },
  gemini: { key: 'GEMINI_API_KEY', baseUrl: 'GOOGLE_GEMINI_BASE_URL' },
};

/** The host that answers, where each provider's requests would be sent. */
export type Places = Readonly<Record<ProviderFamily, string>>;

export const ownPlaces: Places = placesOf({});

/** @param baseUrls those that are not the providers' own; an empty one counts as none. */
export function placesOf(
  baseUrls: Readonly<Partial<Record<ProviderFamily, string | null | undefined>>>,
): Places {
  const at = (family: ProviderFamily): string => placeOf(baseUrls[family] || ownBaseUrls[family]);
  return { openai: at('openai'), anthropic: at('anthropic'), gemini: at('gemini') };
}

/** "api.openai.com", "127.0.0.1:8900". A text that is no URL is a place of its own, where nothing was learnt. */
export function placeOf(baseUrl: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(baseUrl.trim())?.[1]?.toLowerCase() ?? baseUrl;
}

/** @param place a host, with or without a port. On this computer anything may answer, and tomorrow something else. */
export function isLoopbackPlace(place: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d{1,3}){3})(:\d+)?$/.test(place);
}
