// Which model of a provider is a name that it does not have a misspelling of, and whose model may it be instead?
// Versions differ by a digit and are no slips.
import { allModels } from '../models/catalogue.ts';
import { findModel } from '../models/models.ts';
import { digitsOf, slipDistance } from './fieldNames.ts';

/** Longer names are fine-tunes, deployments or nonsense. */
const longestName = 64;
const mostAmiss = 2;
/** A file names few models, on many lines. */
const mostRemembered = 1000;

const remembered = new Map<string, string | null>();

/**
 * @param provider whose models are looked at, as the catalogue has it.
 * @returns null also when several are as near.
 */
export function meantModel(id: string, provider: string): string | null {
  if (id.length > longestName || id.includes(':')) return null;
  const key = `${provider} ${id}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const meant = nearest(id, provider);
  remembered.set(key, meant);
  return meant;
}

function nearest(id: string, of: string): string | null {
  const digits = digitsOf(id);
  let found: string | null = null;
  let least = mostAmiss + 1;
  for (const { provider, id: own, aliases } of allModels()) {
    if (provider !== of) continue;
    let distance = mostAmiss + 1;
    let name = own;
    for (const candidate of [own, ...aliases]) {
      if (digitsOf(candidate) !== digits) continue;
      const apart = slipDistance(id, candidate);
      if (apart < distance) [name, distance] = [candidate, apart];
    }
    if (distance < least) [found, least] = [name, distance];
    else if (distance === least) found = null;
  }
  return least <= mostAmiss ? found : null;
}

const titles: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
  mistral: 'Mistral',
  groq: 'Groq',
  xai: 'xAI',
  together: 'Together',
  fireworks: 'Fireworks',
};

/** Names that only one of them gives its models. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^(?:models\/)?gemini-/, 'gemini'],
  [/^claude-/, 'anthropic'],
  [/^(?:gpt-\d|o[134]-|text-embedding-3-)/, 'openai'],
  [/^grok-\d/, 'xai'],
];

/** Whose model a name is that the provider asked does not have, as a sentence names them; null: nobody's we know. */
export function otherProviderOf(id: string, provider: string): string | null {
  const name = findModel(id)?.provider ?? families.find(([family]) => family.test(id))?.[1];
  return name === undefined || name === provider ? null : (titles[name] ?? null);
}
