// Where in a request do schemas of one's own stand, and who reads them how?
import { isObject, type JsonObject, listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';

export interface SchemaSite {
  readonly schema: JsonObject;
  /** Within the body. */
  readonly path: JsonPath;
  /** Of an answer, or of what a tool takes (or gives back, which nobody holds it to). */
  readonly of: 'answer' | 'input' | 'output';
  /** JSON Schema, or the part of OpenAPI that Gemini takes and that its own schema checks already. */
  readonly language: 'jsonSchema' | 'openApi';
  /** Whose strict rules hold for it, if any. */
  readonly strict: 'openai' | 'anthropic' | null;
}

export function schemaSites({ endpoint, body }: BodyUse): readonly SchemaSite[] {
  // Most requests have none: seen before anything is set up.
  if (!holders.some((field) => body[field] !== undefined)) return none;
  const name = endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return [...chatAnswer(body), ...chatTools(body)];
  if (name.endsWith('/responses'))
    return [...responsesAnswer(body), ...responsesTools(body.tools, ['tools'])];
  if (name === 'anthropic/messages') return [...claudeAnswer(body), ...claudeTools(body)];
  return name === 'gemini/generate-content' ? geminiSites(body) : [];
}

const holders = [
  'tools',
  'response_format',
  'text',
  'generationConfig',
  'output_config',
  'output_format',
  'functions',
] as const;

const none: readonly SchemaSite[] = [];

function* chatAnswer({ response_format: format }: BodyUse['body']): Generator<SchemaSite> {
  const inner = member(format, 'json_schema');
  const path = ['response_format', 'json_schema', 'schema'];
  if (textMember(format, 'type') === 'json_schema') yield* openaiSite(inner, 'schema', path, 'answer');
}

function* chatTools(body: BodyUse['body']): Generator<SchemaSite> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    const path = ['tools', String(index), 'function', 'parameters'];
    yield* openaiSite(member(tool, 'function'), 'parameters', path, 'input');
  }
  for (const [index, one] of listMember(body, 'functions').entries()) {
    yield* openaiSite(one, 'parameters', ['functions', String(index), 'parameters'], 'input');
  }
}

function* responsesAnswer({ text }: BodyUse['body']): Generator<SchemaSite> {
  const format = member(text, 'format');
  const path = ['text', 'format', 'schema'];
  if (textMember(format, 'type') === 'json_schema') yield* openaiSite(format, 'schema', path, 'answer');
}

/** Namespaces hold functions, but no namespaces. */
function* responsesTools(tools: unknown, path: JsonPath, isNested = false): Generator<SchemaSite> {
  if (!Array.isArray(tools)) return;
  for (const [index, tool] of tools.entries()) {
    const here = [...path, String(index)];
    const type = textMember(tool, 'type');
    if (type === 'function') {
      yield* openaiSite(tool, 'parameters', [...here, 'parameters'], 'input');
      yield* site(tool, 'output_schema', [...here, 'output_schema'], 'output', null);
    } else if (type === 'namespace' && !isNested) {
      yield* responsesTools(member(tool, 'tools'), [...here, 'tools'], true);
    }
  }
}

/** Only `strict: true` is strict; without it, responses are as strict as the schema allows, and refuse nothing for it. */
function* openaiSite(
  owner: unknown,
  name: string,
  path: JsonPath,
  of: SchemaSite['of'],
): Generator<SchemaSite> {
  yield* site(owner, name, path, of, member(owner, 'strict') === true ? 'openai' : null);
}

function* site(
  owner: unknown,
  name: string,
  path: JsonPath,
  of: SchemaSite['of'],
  strict: SchemaSite['strict'],
): Generator<SchemaSite> {
  const schema = member(owner, name);
  // Other kinds of values are refused by the schema of the body.
  if (isObject(schema)) yield { schema, path, of, language: 'jsonSchema', strict };
}

/** The schema of an answer is always followed strictly; `output_format` is its older name. */
function* claudeAnswer(body: BodyUse['body']): Generator<SchemaSite> {
  const format = member(body.output_config, 'format');
  yield* site(format, 'schema', ['output_config', 'format', 'schema'], 'answer', 'anthropic');
  yield* site(body.output_format, 'schema', ['output_format', 'schema'], 'answer', 'anthropic');
}

function* claudeTools(body: BodyUse['body']): Generator<SchemaSite> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    const strict = member(tool, 'strict') === true ? 'anthropic' : null;
    yield* site(tool, 'input_schema', ['tools', String(index), 'input_schema'], 'input', strict);
  }
}

const geminiAnswers = [
  ['responseSchema', 'openApi'],
  ['responseJsonSchema', 'jsonSchema'],
] as const;

const geminiFields = [
  ['parameters', 'openApi', 'input'],
  ['parametersJsonSchema', 'jsonSchema', 'input'],
  ['response', 'openApi', 'output'],
  ['responseJsonSchema', 'jsonSchema', 'output'],
] as const;

function geminiSites({ generationConfig, tools }: BodyUse['body']): readonly SchemaSite[] {
  const sites: SchemaSite[] = [];
  for (const [name, language] of geminiAnswers) {
    const schema = member(generationConfig, name);
    const path = ['generationConfig', name];
    if (isObject(schema)) sites.push({ schema, path, of: 'answer', language, strict: null });
  }
  if (!Array.isArray(tools)) return sites;
  for (const [index, tool] of tools.entries()) {
    for (const [at, declaration] of listMember(tool, 'functionDeclarations').entries()) {
      for (const [name, language, of] of geminiFields) {
        const schema = member(declaration, name);
        const path = ['tools', String(index), 'functionDeclarations', String(at), name];
        if (isObject(schema)) sites.push({ schema, path, of, language, strict: null });
      }
    }
  }
  return sites;
}
