// Our standard prices beside those of @pydantic/genai-prices: each difference is explained, and each explanation still needed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calcPrice, findProvider, type ModelInfo, type TieredPrices } from '@pydantic/genai-prices';
import { allModels, type Model, pricesFor } from '#core';
import { today } from '../checking.ts';

/** What it calls the providers of ours. */
const providerIds: Readonly<Record<string, string>> = {
  ...{ openai: 'openai', anthropic: 'anthropic', gemini: 'google', mistral: 'mistral' },
  ...{ groq: 'groq', xai: 'x-ai', together: 'together', fireworks: 'fireworks' },
};

type Figure = 'input' | 'output' | 'cachedInput' | 'cacheWrite' | 'fromTokens' | 'longInput' | 'longOutput';
type Figures = Readonly<Record<Figure, number | null>>;

interface Explained {
  readonly models: RegExp;
  readonly figures: readonly Figure[];
  readonly reason: string;
  /** When it was looked at. */
  readonly date: string;
}

const explained: readonly Explained[] = [
  {
    models: /^openai\/gpt-(?:5\.[456]|6-astra)/,
    figures: ['fromTokens'],
    reason:
      'OpenAI writes ">272K input tokens" on the models’ pages and "<272K context length" in the price table. The package goes by the table, we by the pages: one token apart.',
    date: '2026-11-21',
  },
  {
    models: /^(?:openai\/text-embedding-|gemini\/gemini-embedding-)/,
    figures: ['output'],
    reason: 'Embeddings have no output: the package has no price for it, we have 0.',
    date: '2026-11-21',
  },
  {
    models: /^mistral\/mistral-embed/,
    figures: ['output'],
    reason: 'Embeddings have no output; the package repeats the price of input.',
    date: '2026-11-21',
  },
  {
    models: /^openai\/gpt-image-/,
    figures: ['input', 'output', 'cachedInput'],
    reason:
      'Image models bill text and image tokens at different prices; a single one would price images as text.',
    date: '2026-11-21',
  },
  {
    models: /^anthropic\/claude-sonnet-4-5$/,
    figures: ['fromTokens', 'longInput', 'longOutput'],
    reason:
      'Long context needs a beta header, which a batch line cannot carry; without it the context ends at 200,000.',
    date: '2026-11-21',
  },
  {
    models: /^mistral\/mistral-(?:large|small)-latest$/,
    figures: ['input', 'output', 'cachedInput'],
    reason: 'The aliases of the package still point at the models of 2024.',
    date: '2026-11-21',
  },
  {
    models: /^mistral\/codestral-latest$/,
    figures: ['cachedInput'],
    reason: 'The alias of the package points at the 2501 model, which had no price for cached input.',
    date: '2026-11-21',
  },
  {
    models: /^groq\/openai\/gpt-oss-safeguard-20b$/,
    figures: ['input', 'output', 'cachedInput'],
    reason: 'The package groups it with the model of 120b; LiteLLM, Portkey and models.dev agree with us.',
    date: '2026-11-21',
  },
];

const base = (price: number | TieredPrices | undefined): number | null =>
  price === undefined ? null : typeof price === 'number' ? price : price.base;
const tier = (price: number | TieredPrices | undefined) =>
  typeof price === 'object' ? price.tiers[0] : undefined;

function ourFigures(model: Model): Figures {
  const { standard } = pricesFor(model, today, null);
  const long = model.longContext;
  return {
    input: standard?.input ?? null,
    output: standard?.output ?? null,
    cachedInput: standard?.cachedInput ?? null,
    cacheWrite: standard?.cacheWrite ?? null,
    fromTokens: long?.fromTokens ?? null,
    longInput: long?.standard?.input ?? null,
    longOutput: long?.standard?.output ?? null,
  };
}

function theirFigures(name: string, providerId: string): Figures | null {
  const found = calcPrice({ input_tokens: 1 }, name, {
    providerId,
    timestamp: new Date(`${today}T12:00:00Z`),
  });
  if (found === null) return null;
  const { input_mtok: input, output_mtok: output, cache_read_mtok, cache_write_mtok } = found.model_price;
  const above = tier(input);
  return {
    input: base(input),
    output: base(output),
    cachedInput: base(cache_read_mtok),
    cacheWrite: base(cache_write_mtok),
    fromTokens: above === undefined ? null : above.start + 1,
    longInput: above?.price ?? null,
    longOutput: tier(output)?.price ?? null,
  };
}

/** It finds a model also by the beginning of its name, which may be another model’s: only equal names are compared. */
function namesOf({ id, match }: ModelInfo): readonly string[] {
  const either = 'or' in match ? match.or : [match];
  return [id, ...either.flatMap((one) => ('equals' in one ? [one.equals] : []))];
}

interface Difference {
  readonly model: string;
  readonly figure: Figure;
  readonly words: string;
}

const differences: Difference[] = [];
let compared = 0;
for (const model of allModels()) {
  const providerId = providerIds[model.provider] ?? '';
  const known = new Set(findProvider({ providerId })?.models.flatMap(namesOf));
  for (const name of [model.id, ...model.aliases].filter((one) => known.has(one))) {
    const [ours, theirs] = [ourFigures(model), theirFigures(name, providerId)];
    if (theirs === null) continue;
    compared++;
    for (const figure of Object.keys(ours) as Figure[]) {
      if (ours[figure] === theirs[figure]) continue;
      const key = `${model.provider}/${name}`;
      differences.push({
        model: key,
        figure,
        words: `${key} ${figure}: ours ${ours[figure]}, theirs ${theirs[figure]}`,
      });
    }
  }
}

const explains = ({ models, figures }: Explained, { model, figure }: Difference): boolean =>
  models.test(model) && figures.includes(figure);

describe('beside @pydantic/genai-prices', () => {
  test('most models of the list are there', () =>
    assert.ok(compared > 130, `${compared} models were compared`));

  test('every difference is explained', () => {
    const unexplained = differences.filter((one) => !explained.some((reason) => explains(reason, one)));
    assert.deepEqual(
      unexplained.map(({ words }) => words),
      [],
      'look each price up: correct schemas/models.json, or explain it here',
    );
  });

  for (const reason of explained) {
    test(`${reason.models.source} differs in ${reason.figures.join(', ')}`, () => {
      for (const figure of reason.figures) {
        const one = differences.find(
          (difference) => difference.figure === figure && explains(reason, difference),
        );
        assert.ok(one, `${figure} differs no more: take the explanation away`);
      }
      assert.match(reason.date, /^\d{4}-\d\d-\d\d$/);
    });
  }
});
