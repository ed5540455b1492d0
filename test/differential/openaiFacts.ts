// What OpenAI documents of its requests and types cannot say (API reference and openai SDK 7.55, read 2026-11).
import type { Fact, Facts } from './facts.ts';

const between = (minimum: number, maximum: number): Fact => ({ minimum, maximum });
const whole = (minimum: number, maximum?: number): Fact => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
});
/** Letters, digits, "_" and "-", at most 64. */
const toolName: Fact = {
  pattern: '^[a-zA-Z0-9_-]{1,64}$',
  examples: ['get_weather', 'f', 'look-up_2', 'x'.repeat(64)],
};

/** JSON Schemas that also hold where `strict` is set: all members required, no others. */
export const strictSchemas: readonly object[] = [
  { type: 'object', properties: {}, required: [], additionalProperties: false },
  {
    type: 'object',
    properties: { city: { type: 'string', description: 'Where' }, days: { type: ['integer', 'null'] } },
    required: ['city', 'days'],
    additionalProperties: false,
  },
  {
    type: 'object',
    properties: { list: { type: 'array', items: { $ref: '#/$defs/item' } } },
    required: ['list'],
    additionalProperties: false,
    $defs: {
      item: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: ['a', 'b'] },
          more: { anyOf: [{ type: 'number' }, { type: 'null' }] },
        },
        required: ['kind', 'more'],
        additionalProperties: false,
      },
    },
  },
];

const ofSampling: Facts = {
  '/temperature': between(0, 2),
  '/top_p': between(0, 1),
};
const ofPenalties: Facts = { '/frequency_penalty': between(-2, 2), '/presence_penalty': between(-2, 2) };
const ofMetadata: Facts = { '/metadata/*': { maxLength: 512 } };

export const chatFacts: Facts = {
  ...ofSampling,
  ...ofPenalties,
  ...ofMetadata,
  '/messages': { minItems: 1 },
  '/max_completion_tokens': whole(1),
  '/max_tokens': whole(1),
  '/n': whole(1, 128),
  '/stop': { maxItems: 4 },
  '/seed': { type: 'integer' },
  '/top_logprobs': whole(0, 20),
  '/logit_bias/*': between(-100, 100),
  '/logit_bias': { examples: [{}, { 50256: -100 }, { 1: 100, 2: -0.5 }] },
  '/safety_identifier': { maxLength: 128 },
  '/functions': { minItems: 1 },
  '/stream_options': false,
  'FunctionDefinition/name': toolName,
  'ChatCompletionCreateParams.Function/name': toolName,
  'ChatCompletionCustomTool.Custom/name': { examples: toolName.examples ?? [] },
  'ChatCompletionMessageFunctionToolCall.Function/name': { examples: ['f'] },
  'ChatCompletionMessageFunctionToolCall.Function/arguments': { examples: ['{}', '{"city":"Ulm"}'] },
  'ResponseFormatJSONSchema.JSONSchema/name': toolName,
  'ResponseFormatJSONSchema.JSONSchema/schema': { examples: strictSchemas },
  FunctionParameters: { examples: strictSchemas },
};

export const responsesFacts: Facts = {
  ...ofSampling,
  ...ofMetadata,
  '/max_output_tokens': whole(16),
  '/max_tool_calls': { type: 'integer' },
  '/stream_options': false,
  '/top_logprobs': whole(0, 20),
  // The SDK asks for more than the API reference and its guides do.
  FunctionTool: { required: ['type', 'name'] },
  ResponseInputImage: { required: ['type'] },
  'WebSearchPreviewTool.UserLocation': { required: [] },
  'FunctionTool/name': toolName,
  'NamespaceTool.Function/name': toolName,
  'CompoundFilter/filters/[]': {
    examples: [
      { type: 'eq', key: 'k', value: 1 },
      { type: 'or', filters: [{ type: 'gt', key: 'k', value: 2 }] },
    ],
  },
  'FileSearchTool/max_num_results': whole(1, 50),
  'FileSearchTool.RankingOptions/score_threshold': between(0, 1),
  '**/output_compression': whole(0, 100),
  '**/partial_images': whole(0, 3),
  '**/frame_count': whole(2, 16),
  '**/parameters': { examples: strictSchemas },
  'ResponseFormatTextJSONSchemaConfig/name': toolName,
  'ResponseFormatTextJSONSchemaConfig/schema': { examples: strictSchemas },
};

/** Texts, or token ids. */
const tokenInputs: Fact = {
  examples: ['Hi', ['Hi', 'two\nlines', '世界'], [1, 2, 50256], [[1, 2], [50256]], ['x'.repeat(400)]],
};

export const embeddingsFacts: Facts = {
  '/input': tokenInputs,
  '/dimensions': { ...whole(1), examples: [1, 256, 1024] },
};

export const completionsFacts: Facts = {
  ...ofSampling,
  ...ofPenalties,
  '/prompt': tokenInputs,
  '/best_of': whole(0, 20),
  '/logprobs': whole(0, 5),
  '/max_tokens': whole(0),
  '/n': whole(1, 128),
  '/seed': { type: 'integer' },
  '/stop': { maxItems: 4 },
  '/logit_bias/*': between(-100, 100),
  '/logit_bias': { examples: [{}, { 50256: -100 }, { 1: 100, 2: -0.5 }] },
  '/stream_options': false,
};

/** At most one image in a request. */
export const moderationsFacts: Facts = {
  '/input': {
    examples: [
      ...['Hi', ['Hi', 'x']],
      [
        { type: 'text', text: 'Hi' },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      ],
      [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
    ],
  },
};

export const imageSizes: Fact = { examples: ['auto', '1024x1024', '1536x1024'] };

export const imagesFacts: Facts = {
  '/n': whole(1, 10),
  '/prompt': { maxLength: 32_000 },
  '/output_compression': whole(0, 100),
  '/partial_images': whole(0, 3),
  '/frame_count': whole(2, 16),
};
