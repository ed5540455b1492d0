// Which of the three providers' keys are set, and where would each be asked? Present or not, never the key.
import { ownBaseUrls, type ProviderFamily, providerFamilies, providerVariables } from '#core';
import { absent, type DoctorReport, fine } from './doctorReport.ts';
import type { Terminal } from './terminal.ts';

const titles: Readonly<Record<ProviderFamily, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
};

/** Batches go to OpenAI alone so far; the others count tokens for `estimate --count`. */
export function keysSection({ env }: Terminal): DoctorReport['keys'] {
  const providers = providerFamilies.map((provider) => {
    const { key, baseUrl } = providerVariables[provider];
    const url = env[baseUrl]?.trim();
    return {
      provider,
      variable: key,
      present: Boolean(env[key]?.trim()),
      base_url: withoutLogin(url || ownBaseUrls[provider]),
      base_url_from: url ? baseUrl : 'default',
    };
  });
  const words = providers.map((one) => {
    const where = one.base_url_from === 'default' ? '' : ` for ${one.base_url}`;
    return `${titles[one.provider]} ${one.present ? 'set' : 'not set'}${where}`;
  });
  const verdict = providers.some(({ present }) => present) ? fine : absent;
  return { providers, ...verdict(words.join(', ')) };
}

export function withoutLogin(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
