// What do the installed SDKs of the providers take for a valid request, as JSON Schema made from their type declarations?
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { restSchemas } from './geminiRest.ts';
import type { Schema } from './jsonSchema.ts';

/** The SDKs' request types. In a batch, images are references in JSON where the SDK uploads files. */
const declarations = `
import type Anthropic from '@anthropic-ai/sdk';
import type { EmbedContentConfig, GenerateContentParameters } from '@google/genai';
import type OpenAI from 'openai';
type ImageReference = { file_id: string } | { image_url: string };
type Files = 'image' | 'mask' | 'markup';
export type OpenaiChatCompletions = OpenAI.Chat.Completions.ChatCompletionCreateParamsNonStreaming;
export type OpenaiResponses = OpenAI.Responses.ResponseCreateParamsNonStreaming;
export type OpenaiEmbeddings = OpenAI.EmbeddingCreateParams;
export type OpenaiCompletions = OpenAI.CompletionCreateParamsNonStreaming;
export type OpenaiModerations = OpenAI.ModerationCreateParams;
export type OpenaiImagesGenerations = OpenAI.Images.ImageGenerateParamsNonStreaming;
type ImagesEdits = Omit<OpenAI.Images.ImageEditParamsNonStreaming, Files> &
  { mask?: ImageReference; markup?: ImageReference };
export type OpenaiImagesEdits =
  | (ImagesEdits & { images: ImageReference[] })
  | (ImagesEdits & { image: ImageReference | ImageReference[] });
export type AnthropicMessages = Anthropic.Messages.BatchCreateParams.Request['params'];
export type AnthropicBetaMessages = Anthropic.Beta.MessageCreateParamsNonStreaming;
export type GeminiParameters = GenerateContentParameters;
export type GeminiEmbedConfig = EmbedContentConfig;
`;

const packages = ['openai', '@anthropic-ai/sdk', '@google/genai', 'ts-json-schema-generator'];
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);

/** As our own schemas are named; the beta messages are Anthropic's with what a beta header adds. */
export type SdkSchemaName =
  | `openai/${'chat-completions' | 'responses' | 'embeddings' | 'completions' | 'moderations'}`
  | `openai/${'images-generations' | 'images-edits'}`
  | `anthropic/${'messages' | 'beta-messages'}`
  | `gemini/${'generate-content' | 'embed-content'}`;

const keywords: ReadonlySet<string> = new Set([
  ...['$ref', 'type', 'const', 'enum', 'required', 'additionalProperties', 'items'],
  ...['anyOf', 'oneOf', 'allOf', 'not', 'minItems', 'maxItems', 'deprecated'],
]);

let made: Readonly<Record<string, Schema>> | null = null;

/** Made once per version of the packages and kept in `out/`, for the compiler takes ten seconds. */
export function sdkSchema(name: SdkSchemaName): Schema {
  made ??= kept() ?? made;
  made ??= keep(makeAll());
  const schema = made[name];
  if (schema === undefined) throw new Error(`no schema ${name}`);
  return schema;
}

function keepingPlace(): string {
  const hash = createHash('sha256').update(declarations);
  for (const name of packages) hash.update(`${name} ${versionOf(name)}\n`);
  for (const source of ['sdkSchemas.ts', 'geminiRest.ts']) {
    hash.update(readFileSync(join(root, 'test/sdk', source)));
  }
  return join(root, 'out/sdk-schemas', `${hash.digest('hex').slice(0, 16)}.json`);
}

function versionOf(name: string): string {
  const path = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version;
}

function kept(): Readonly<Record<string, Schema>> | null {
  try {
    return JSON.parse(readFileSync(keepingPlace(), 'utf8')) as Record<string, Schema>;
  } catch {
    return null;
  }
}

/** Test files run side by side: whoever comes last replaces a file by an equal one. */
function keep(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const place = keepingPlace();
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(`${place}.${process.pid}`, JSON.stringify(schemas));
  renameSync(`${place}.${process.pid}`, place);
  return schemas;
}

function makeAll(): Readonly<Record<string, Schema>> {
  const folder = join(root, 'out');
  mkdirSync(folder, { recursive: true });
  // Inside the project, so that the packages are found.
  const place = mkdtempSync(join(folder, 'sdk-types-'));
  try {
    return makeIn(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function makeIn(place: string): Readonly<Record<string, Schema>> {
  const path = join(place, 'requests.ts');
  const tsconfig = join(place, 'tsconfig.json');
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ target: 'es2023', lib: ['es2023', 'dom'], module: 'nodenext', moduleResolution: 'nodenext' },
  };
  writeFileSync(path, declarations);
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: ['requests.ts'] }));
  const generator = createGenerator({
    ...{ path, tsconfig, skipTypeCheck: true, topRef: false, expose: 'all', functions: 'hide' },
    ...{ jsDoc: 'extended', additionalProperties: false, sortProps: false },
  });
  const make = (type: string): Schema => cleaned(generator.createSchema(type) as Schema) as Schema;
  const sources = readFileSync(join(dirname(require.resolve('@google/genai')), '../index.mjs'), 'utf8');
  return {
    'openai/chat-completions': make('OpenaiChatCompletions'),
    'openai/responses': make('OpenaiResponses'),
    'openai/embeddings': make('OpenaiEmbeddings'),
    'openai/completions': make('OpenaiCompletions'),
    'openai/moderations': make('OpenaiModerations'),
    'openai/images-generations': make('OpenaiImagesGenerations'),
    'openai/images-edits': make('OpenaiImagesEdits'),
    'anthropic/messages': make('AnthropicMessages'),
    'anthropic/beta-messages': make('AnthropicBetaMessages'),
    ...restSchemas(make('GeminiParameters'), make('GeminiEmbedConfig'), sources),
  };
}

/** Comments are not compared; `deprecated` is, whatever it says. */
function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    if (key === 'properties' || key === 'definitions') {
      return [[key, Object.fromEntries(Object.entries(child as object).map(([k, v]) => [k, cleaned(v)]))]];
    }
    return keywords.has(key) ? [[key, key === 'deprecated' ? true : cleaned(child)]] : [];
  });
  return Object.fromEntries(entries);
}
