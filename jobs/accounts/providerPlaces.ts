// Where is each provider that batches can be sent to, and which variables of the environment name its address and key?
import type { Provider } from '#core';

/** Those whose batch API an adapter speaks. */
export type SendableProvider = Exclude<Provider, 'mistral' | 'xai'>;

export interface ProviderPlace {
  /** As people call it. */
  readonly title: string;
  /** Null where each customer has another. */
  readonly baseUrl: string | null;
  /** Names of the official SDK. */
  readonly variables: { readonly key: string; readonly baseUrl: string; readonly apiVersion?: string };
  /** What a base URL looks like, for messages. */
  readonly example: string;
  /** How its keys begin, for a field that asks for one. */
  readonly keyBegins: string;
}

/** openai 7.55, @anthropic-ai/sdk 1.12, @google/genai 3.1, groq-sdk 1.6 (2026-11); Azure's names by `AzureOpenAI` of openai. */
export const providerPlaces: Readonly<Record<SendableProvider, ProviderPlace>> = {
  openai: {
    title: 'OpenAI',
    baseUrl: 'https://api.openai.com/v1',
    variables: { key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
    example: 'http://localhost:8900/v1',
    keyBegins: 'sk-…',
  },
  anthropic: {
    title: 'Anthropic',
    baseUrl: 'https://api.anthropic.com',
    variables: { key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL' },
    example: 'http://localhost:8900',
    keyBegins: 'sk-ant-…',
  },
  gemini: {
    title: 'Gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    variables: { key: 'GEMINI_API_KEY', baseUrl: 'GOOGLE_GEMINI_BASE_URL' },
    example: 'http://localhost:8900',
    keyBegins: 'AIza…',
  },
  azure: {
    title: 'Azure OpenAI',
    baseUrl: null,
    variables: {
      key: 'AZURE_OPENAI_API_KEY',
      baseUrl: 'AZURE_OPENAI_ENDPOINT',
      apiVersion: 'OPENAI_API_VERSION',
    },
    example: 'https://NAME.openai.azure.com',
    keyBegins: '…',
  },
  groq: {
    title: 'Groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    variables: { key: 'GROQ_API_KEY', baseUrl: 'GROQ_BASE_URL' },
    example: 'https://api.groq.com/openai/v1',
    keyBegins: 'gsk_…',
  },
  // No SDK of its own: its users set OpenAI's.
  'openai-compatible': {
    title: 'an OpenAI-compatible server',
    baseUrl: null,
    variables: { key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
    example: 'http://localhost:4000/v1',
    keyBegins: 'sk-…',
  },
};

export const sendableProviders = Object.keys(providerPlaces) as readonly SendableProvider[];

export function isSendableProvider(name: string): name is SendableProvider {
  return Object.hasOwn(providerPlaces, name);
}

/**
 * The base URL that the adapter's paths are put behind. Azure's endpoint and Groq's variable name the host alone.
 * @param apiVersion Azure's dated versions belong to the older form of its API.
 */
export function fullBaseUrl(provider: SendableProvider, baseUrl: string, apiVersion: string | null): string {
  // Their SDKs add the version, which stands in the simulator's address.
  if (provider === 'anthropic' || provider === 'gemini') return baseUrl.replace(/\/(v1|v1beta)\/?$/, '');
  if (!URL.canParse(baseUrl) || new URL(baseUrl).pathname !== '/') return baseUrl;
  const host = baseUrl.replace(/\/+$/, '');
  if (provider === 'groq') return `${host}/openai/v1`;
  if (provider !== 'azure') return baseUrl;
  return isDated(apiVersion) ? `${host}/openai` : `${host}/openai/v1`;
}

export function isDated(apiVersion: string | null): boolean {
  return apiVersion !== null && /^\d{4}-\d{2}-\d{2}/.test(apiVersion);
}

/** Of the hosts that are the providers' own. */
export function titleOfHost(host: string): string | null {
  if (/\.(openai|services\.ai|cognitiveservices)\.azure\.com$/.test(host)) return providerPlaces.azure.title;
  const own = Object.values(providerPlaces).find(
    ({ baseUrl }) => baseUrl !== null && new URL(baseUrl).host === host,
  );
  return own?.title ?? null;
}

/** Where the simulator answers as a provider, from its address as a client of OpenAI has it. */
export function simulatedBaseUrl(provider: SendableProvider, url: string): string {
  const root = url.replace(/\/v1\/?$/, '');
  switch (provider) {
    case 'anthropic':
    case 'gemini':
      return root;
    case 'azure':
      return `${root}/openai/v1`;
    case 'groq':
    case 'openai-compatible':
      return `${root}/compatible/v1`;
    default:
      return url;
  }
}
