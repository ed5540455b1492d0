// Every dialect by the name of its provider.
import { anthropic } from './anthropic.ts';
import type { Dialect, Provider } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openai } from './openai.ts';
import { azure, groq, mistral, openaiCompatible, xai } from './others.ts';

const dialects: Readonly<Record<Provider, Dialect>> = {
  openai,
  anthropic,
  gemini,
  azure,
  mistral,
  groq,
  xai,
  'openai-compatible': openaiCompatible,
};

export function dialectOf(provider: Provider): Dialect {
  return dialects[provider];
}
