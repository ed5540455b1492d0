// Which catalogue entry does this model name mean? Exactly, by alias or snapshot, or without its date; never by prefix:
// gpt-5 is not gpt-5.6, and a wrong price is worse than none.
import { providers } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/table.ts';
import { allModels, type Model, type Tokenizer, unpublishedTokenizer } from './catalogue.ts';

export { type Model, pricesAsOf } from './catalogue.ts';

/** Longer names are no model of anybody's. */
const longestName = 256;

/** The provider that a gateway's prefix (LiteLLM, OpenRouter, Gemini's own `models/`) stands for. */
const gatewayPrefixes: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['azure', 'openai'],
  ['anthropic', 'anthropic'],
  ['gemini', 'gemini'],
  ['google', 'gemini'],
  ['models', 'gemini'],
  ['vertex_ai', 'gemini'],
  ['mistral', 'mistral'],
  ['mistralai', 'mistral'],
  ['groq', 'groq'],
  ['xai', 'xai'],
  ['x-ai', 'xai'],
  ['together', 'together'],
  ['together_ai', 'together'],
  ['fireworks', 'fireworks'],
  ['fireworks_ai', 'fireworks'],
]);

let index: ReadonlyMap<string, readonly Model[]> | null = null;

function byName(): ReadonlyMap<string, readonly Model[]> {
  if (index) return index;
  const models = new Map<string, Model[]>();
  for (const model of allModels()) {
    for (const name of [model.id, ...model.aliases, ...model.snapshots]) {
      const named = models.get(name);
      if (named) named.push(model);
      else models.set(name, [model]);
    }
  }
  index = models;
  return models;
}

/**
 * Whose models of the catalogue a provider serves; undefined: anybody's.
 * @param provider also one that only the catalogue knows.
 */
export function catalogueProvider(provider: string | undefined): string | undefined {
  const own = providers.find((one) => one === provider);
  if (own !== undefined) return dialectOf(own).modelsOf ?? undefined;
  return provider === 'auto' ? undefined : provider;
}

/** @returns null also when the name means models of several providers and none was named: their prices differ. */
function exactly(name: string, provider: string | undefined): Model | null {
  const named = byName().get(name);
  if (named === undefined) return null;
  const found = provider === undefined ? named : named.filter((model) => model.provider === provider);
  return found.length === 1 ? found[0]! : null;
}

const trailingDate = /-20\d{2}(?:-\d{2}-\d{2}|\d{4})$/;

function byNameOrUndated(name: string, provider: string | undefined): Model | null {
  const found = exactly(name, provider);
  if (found) return found;
  if (name.startsWith('ft:')) {
    const end = name.indexOf(':', 3);
    return end === -1 ? null : exactly(name.slice(0, end), provider);
  }
  const undated = name.replace(trailingDate, '');
  return undated === name ? null : exactly(undated, provider);
}

/**
 * Looks a model up as it stands in a request: `gpt-4o`, `gpt-4o-2024-11-20`, `openai/gpt-4o`, `ft:gpt-4o-2024-08-06:org::id`.
 * @param provider one of the contract's names; without it every provider's models are looked at.
 */
export function findModel(id: string, provider?: string): Model | null {
  if (id.length > longestName) return null;
  const within = catalogueProvider(provider);
  const found = byNameOrUndated(id, within);
  if (found) return found;
  const slash = id.indexOf('/');
  const prefixed = slash === -1 ? undefined : gatewayPrefixes.get(id.slice(0, slash));
  if (prefixed === undefined || (within !== undefined && within !== prefixed)) return null;
  return byNameOrUndated(id.slice(slash + 1), prefixed);
}

/** How a model's text is counted: its own way, that of the model it was tuned from, or a general estimate. */
export function tokenizerOf(id: string | null, provider?: string): Tokenizer {
  if (id === null) return unpublishedTokenizer;
  const model = findModel(id, provider);
  if (model) return model.tokenizer;
  const base = /^ft:([^:]{1,200})(?::|$)/.exec(id)?.[1];
  return (base === undefined ? null : findModel(base, provider)?.tokenizer) ?? unpublishedTokenizer;
}
