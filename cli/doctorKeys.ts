// Which providers' keys are set, which profiles are there, and where would each be asked? Present or not, never the key.
import { formatNumberOf } from '#core';
import { absent, type DoctorReport, fine, wrong } from './doctorReport.ts';
import type { Terminal } from './terminal.ts';
import { homeOf } from './workshop.ts';

/** A server with OpenAI's API has OpenAI's variables. */
export async function keysSection({ env }: Terminal): Promise<DoctorReport['keys']> {
  const { providerPlaces, sendableProviders, withoutLogin } = await import('#jobs');
  const providers = sendableProviders
    .filter((provider) => provider !== 'openai-compatible')
    .map((provider) => {
      const { variables, baseUrl: own } = providerPlaces[provider];
      const url = env[variables.baseUrl]?.trim();
      return {
        provider,
        variable: variables.key,
        present: Boolean(env[variables.key]?.trim()),
        base_url: url ? withoutLogin(url) : own,
        base_url_from: url ? variables.baseUrl : 'default',
      };
    });
  const words = providers.map((one) => {
    const where = one.base_url_from === 'default' ? '' : ` for ${one.base_url}`;
    return `${providerPlaces[one.provider].title} ${one.present ? 'set' : 'not set'}${where}`;
  });
  const verdict = providers.some(({ present }) => present) ? fine : absent;
  return { providers, ...verdict(words.join(', ')) };
}

/** A person's own settings: what has no effect there is said here. */
export async function settingsSection(terminal: Terminal): Promise<DoctorReport['settings']> {
  const { readSettingsFile } = await import('#jobs');
  const { path, exists, settings, problems } = readSettingsFile(await homeOf(terminal));
  const profiles = Object.entries(settings.profiles).map(([name, profile]) => ({
    name,
    provider: profile.provider,
    base_url: profile.baseUrl,
    variable: profile.keyVariable,
    present: profile.keyVariable === null ? false : Boolean(terminal.env[profile.keyVariable]?.trim()),
  }));
  const facts = { path, profiles };
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` And ${formatNumberOf(problems.length - 1, 'more problem')}.` : '';
    return { ...facts, ...wrong(`${first}${more}`, 'Correct the file; what is wrong in it has no effect.') };
  }
  if (!exists) return { ...facts, ...absent(`no settings of your own at ${path}`) };
  const words = profiles.map(({ name, variable, present }) => {
    const key = variable === null ? 'no key' : `${variable} ${present ? 'set' : 'not set'}`;
    return `${name} (${key})`;
  });
  return { ...facts, ...fine(`${path}: ${words.join(', ') || 'no profiles'}`) };
}
