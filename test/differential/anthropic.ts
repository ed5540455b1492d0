// Valid requests to Anthropic's Messages API, of the plain and of the beta SDK types.
import { type SdkSchemaName, sdkSchema } from '../sdk/sdkSchemas.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { type Fact, type Facts, withFacts, withWholeNumbers } from './facts.ts';
import { strictSchemas } from './openaiFacts.ts';
import { settleMessages } from './settleMessages.ts';

const texts: Fact = {
  examples: ['Hi', 'say "hi"\\', 'Grüße, 世界 😀', 'two\nlines', 'a '.repeat(60), '<|endoftext|>'],
};
const atLeast = (minimum: number): Fact => ({ minimum });

/** API reference and pages of each feature, as of 2026-10; the generator keeps to the Batches API. */
function facts(prefix: '' | 'Beta', models: readonly string[]): Facts {
  const isBeta = prefix === 'Beta';
  return {
    '/model': { examples: models },
    '/max_tokens': atLeast(1),
    '/messages': { minItems: 1 },
    '/stop_sequences/[]': texts,
    // Not in a batch.
    ...{ '/stream': false, '/speed': false, '/workspace_id': false },
    ...(isBeta ? { '/thread': false, '/betas': false } : {}),
    [`${prefix}TextBlockParam/text`]: texts,
    [`${prefix}ThinkingConfigEnabled/budget_tokens`]: atLeast(1024),
    [`${prefix}Tool/name`]: {
      pattern: '^[a-zA-Z0-9_-]{1,128}$',
      examples: ['get_weather', 'f', 'look-up_2'],
    },
    [`${prefix}ToolUseBlockParam/name`]: { examples: ['get_weather'] },
    [`${prefix}ToolUseBlockParam/input`]: { examples: [{}, { city: 'Ulm' }] },
    [`${prefix}ServerToolUseBlockParam/input`]: { examples: [{}, { query: 'Ulm' }] },
    [`${prefix}Tool.InputSchema`]: { examples: strictSchemas },
    ...(isBeta ? { 'BetaMCPToolUseBlockParam/input': { examples: [{}, { a: [1] }] } } : {}),
    ...Object.fromEntries(
      (isBeta ? [...counts, ...betaCounts] : counts).map((name) => [`**/${name}`, atLeast(1)]),
    ),
    [`${prefix}JSONOutputFormat/schema`]: { examples: strictSchemas },
    ...(isBeta
      ? {
          'BetaTokenTaskBudget/total': atLeast(20_000),
          'BetaFallbackParam/max_tokens': atLeast(1),
          'BetaAdvisorTool20260301/max_tokens': atLeast(1),
          'BetaMCPToolParam/input_schema': { examples: strictSchemas },
        }
      : {}),
  };
}

/** What is counted from one. */
const counts = ['max_uses', 'start_page_number', 'end_page_number', 'max_characters', 'max_content_tokens'];
const betaCounts = ['display_width_px', 'display_height_px'];

/** What they refuse differs: kinds of thinking, effort, system messages, forced tools. */
const models = ['claude-opus-4-6', 'claude-haiku-4-5-20251001', 'claude-sonnet-5', 'claude-opus-5'];

const envelopeFaults: Endpoint['envelopeFaults'] = [
  ({ custom_id: _, ...line }) => line,
  ({ params: _, ...line }) => line,
  (line) => ({ ...line, custom_id: 7 }),
  (line) => ({ ...line, custom_id: null }),
  (line, chance) => ({ ...line, custom_id: chance.pick(['', 'a b', 'é', 'a.b', 'x'.repeat(65)]) }),
  (line, chance) => ({ ...line, params: chance.pick([null, [], 'x', 1, JSON.stringify(line.params)]) }),
  ({ params, ...line }) => ({ ...line, body: params }),
];

const foreign = [
  ...[
    'input',
    'instructions',
    'max_completion_tokens',
    'max_output_tokens',
    'response_format',
    'reasoning_effort',
  ],
  ...[
    'stop',
    'n',
    'seed',
    'frequency_penalty',
    'contents',
    'generationConfig',
    'systemInstruction',
    'functions',
  ],
];

function endpoint(name: string, sdk: SdkSchemaName, prefix: '' | 'Beta'): Endpoint {
  return {
    name,
    provider: 'anthropic',
    schema: withFacts(withWholeNumbers(sdkSchema(sdk), new Set()), facts(prefix, models)),
    models,
    settle: (body: Body, model, chance) => settleMessages({ ...body, model }, model, chance),
    lineOf: (id, params) => ({ custom_id: id, params }),
    foreign,
    envelopeFaults,
  };
}

export const endpoints: readonly Endpoint[] = [
  endpoint('Anthropic messages', 'anthropic/messages', ''),
  endpoint('Anthropic beta messages', 'anthropic/beta-messages', 'Beta'),
];
