// What does a model of Gemini answer? As @google/genai 3.1.0 has it, with thoughts, blocks and ends that come too early.
import { type AnswerContext, createAnswerContext, textOf } from '../answerContext.ts';
import { type Composed, compose } from '../compose.ts';
import { isObject, type Json } from '../json.ts';
import { hexOf } from '../random.ts';
import { shortened, vectorOf } from '../vectors.ts';
import { tokensOfContents, tokensOfRequest } from './countTokens.ts';
import { member } from './requestProblem.ts';

/** @param lineText equal texts get equal answers. */
export function answerRequest(request: Json, method: string, model: string, lineText: string): Json {
  const context = createAnswerContext(lineText, 0);
  return method === 'embedContent'
    ? answerEmbedding(request, model)
    : answerGenerate(request, model, context);
}

interface Thinking {
  readonly tokens: number;
  /** A summary of them goes into the answer. */
  readonly isShown: boolean;
}

function answerGenerate(request: Json, model: string, context: AnswerContext): Json {
  const promptTokens = tokensOfRequest(request);
  const text = lastText(request);
  const ids = { modelVersion: model, responseId: hexOf(`response/${context.seed}`, 22) };
  if (text.includes('(simulate: blocked)')) {
    const usageMetadata = { promptTokenCount: promptTokens, totalTokenCount: promptTokens };
    return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata, ...ids };
  }
  const config = configOf(request);
  const thinking = thinkingOf(config, model, context);
  const max = member(config, 'maxOutputTokens');
  const budget = typeof max === 'number' ? Math.max(0, max - thinking.tokens) : null;
  const call = forcedCall(request);
  const choices = member(config, 'candidateCount');
  const composed = compose(
    {
      ...{ model, instructions: instructionsOf(request), text, inputTokens: promptTokens, call },
      ...{ schema: schemaOf(config), thinks: false, maxOutputTokens: budget },
    },
    typeof choices === 'number' ? choices : 1,
    context,
  );
  const candidates = composed.map((one, index) => candidateOf(one, { index, text, thinking, call }));
  const answered = composed.reduce((sum, one) => sum + one.usage.outputTokens, 0);
  return { candidates, usageMetadata: usageOf(promptTokens, answered, thinking.tokens), ...ids };
}

interface Choice {
  readonly index: number;
  readonly text: string;
  readonly thinking: Thinking;
  readonly call: { readonly name: string } | null;
}

/** `(simulate: SAFETY)` in a prompt ends the answer that way, and `(simulate: empty)` leaves it without text. */
function candidateOf(composed: Composed, { index, text, thinking, call }: Choice): Json {
  const asked = /\(simulate: ([A-Z_]+|empty)\)/.exec(text)?.[1];
  if (asked !== undefined && asked !== 'empty') return { finishReason: asked, index };
  const thoughts = thinking.isShown ? [{ text: 'First, what is asked.', thought: true }] : [];
  const called = call !== null && composed.callArguments !== null && !composed.cut;
  const said = called
    ? [{ functionCall: { name: call.name, args: JSON.parse(composed.callArguments ?? '{}') } }]
    : composed.text === '' || asked === 'empty'
      ? []
      : [{ text: composed.text }];
  const parts = [...thoughts, ...said];
  return {
    // Cut off before its first word, an answer has no parts at all.
    content: { ...(parts.length === 0 ? {} : { parts }), role: 'model' },
    finishReason: composed.cut ? 'MAX_TOKENS' : 'STOP',
    index,
  };
}

/** Counts of nothing are left out. */
function usageOf(prompt: number, answered: number, thoughts: number): Json {
  return {
    promptTokenCount: prompt,
    ...(answered === 0 ? {} : { candidatesTokenCount: answered }),
    totalTokenCount: prompt + answered + thoughts,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(thoughts === 0 ? {} : { thoughtsTokenCount: thoughts }),
  };
}

/** Models from 2.5 on think unless told not to; thoughts count towards the most that may be written. */
function thinkingOf(config: Json, model: string, context: AnswerContext): Thinking {
  const asked = member(config, 'thinkingConfig');
  const given = isObject(asked) ? asked : {};
  const version = Number(/^gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0);
  if (version < 2.5 || member(given, 'thinkingBudget') === 0) return { tokens: 0, isShown: false };
  const tokens = 64 * (1 + Math.floor(context.random() * 4));
  const max = member(config, 'maxOutputTokens');
  const isShown = member(given, 'includeThoughts') === true;
  return { tokens: typeof max === 'number' ? Math.min(tokens, max) : tokens, isShown };
}

function configOf(request: Json): Json {
  const config = member(request, 'generationConfig');
  return isObject(config) ? config : {};
}

function lastText(request: Json): string {
  const contents = (Array.isArray(request.contents) ? request.contents : []).filter(isObject);
  return textOf(contents.findLast(({ role }) => role !== 'model')?.parts);
}

function instructionsOf(request: Json): string {
  const instruction = member(request, 'systemInstruction');
  return isObject(instruction) ? textOf(instruction.parts) : '';
}

function schemaOf(config: Json): unknown {
  const schema = member(config, 'responseJsonSchema') ?? member(config, 'responseSchema');
  if (schema !== undefined) return withSmallTypes(schema, 0);
  return member(config, 'responseMimeType') === 'application/json' ? true : null;
}

/** OBJECT is object in JSON Schema. */
function withSmallTypes(schema: unknown, depth: number): unknown {
  if (depth > 32) return null;
  if (Array.isArray(schema)) return schema.map((one) => withSmallTypes(one, depth + 1));
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [
    name,
    name === 'type' && typeof value === 'string' ? value.toLowerCase() : withSmallTypes(value, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** Mode ANY makes the model call one of the functions. */
function forcedCall(request: Json): { readonly name: string; readonly parameters: unknown } | null {
  const toolConfig = member(request, 'toolConfig');
  const calling = isObject(toolConfig) ? member(toolConfig, 'functionCallingConfig') : null;
  if (!isObject(calling) || calling.mode !== 'ANY') return null;
  const tools = (Array.isArray(request.tools) ? request.tools : []).filter(isObject);
  const declared = tools
    .flatMap((tool) => member(tool, 'functionDeclarations') ?? [])
    .filter((one): one is Json & { readonly name: string } => isObject(one) && typeof one.name === 'string');
  const allowed = member(calling, 'allowedFunctionNames');
  const chosen = declared.find(({ name }) => !Array.isArray(allowed) || allowed.includes(name));
  if (chosen === undefined) return null;
  const parameters = member(chosen, 'parametersJsonSchema') ?? chosen.parameters;
  return { name: chosen.name, parameters: withSmallTypes(parameters, 0) };
}

function answerEmbedding(request: Json, model: string): Json {
  const content = isObject(request.content) ? request.content : {};
  const config = member(request, 'embedContentConfig');
  const asked = isObject(config) ? { ...config, ...request } : request;
  const wanted = member(asked, 'outputDimensionality');
  const dimensions = typeof wanted === 'number' ? wanted : /^gemini-/.test(model) ? 3072 : 768;
  const values = Array.from(vectorOf(textOf(content.parts), dimensions), shortened);
  return { embedding: { values }, tokenCount: String(tokensOfContents([content])) };
}
