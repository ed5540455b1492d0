// Would Gemini refuse this one request? Read as protocol buffers read JSON: both styles of names, and no unknown ones.
import { isObject, type Json } from '../json.ts';

/** @google/genai 3.1.0 and the batch guide (2026-09). */
const requestFields = [
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'cachedContent',
  'generationConfig',
  'labels',
  'serviceTier',
  'store',
  'continuationToken',
  'model',
];
const configFields = [
  'temperature',
  'topP',
  'topK',
  'candidateCount',
  'maxOutputTokens',
  'stopSequences',
  'presencePenalty',
  'frequencyPenalty',
  'seed',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'mediaResolution',
  'speechConfig',
  'thinkingConfig',
  'imageConfig',
  'audioTranscriptionConfig',
  'enableEnhancedCivicAnswers',
];
const embedFields = ['model', 'content', 'taskType', 'title', 'outputDimensionality', 'embedContentConfig'];

/** A member under either of its names. */
export function member(object: Json, name: string): unknown {
  return object[name] ?? object[snake(name)];
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What the API would say, or null. */
export function findRequestProblem(request: unknown, method: string): string | null {
  if (!isObject(request)) return 'Invalid value at "request": a message was expected.';
  return method === 'embedContent' ? embedProblem(request) : generateProblem(request);
}

function generateProblem(request: Json): string | null {
  const config = member(request, 'generationConfig');
  return (
    unknownName(request, requestFields, '') ??
    contentsProblem(request.contents) ??
    (config === undefined ? null : configProblem(config))
  );
}

function unknownName(object: Json, known: readonly string[], at: string): string | null {
  const names = new Set(known.flatMap((name) => [name, snake(name)]));
  const unknown = Object.keys(object).find((name) => !names.has(name));
  if (unknown === undefined) return null;
  return `Invalid JSON payload received. Unknown name "${unknown}"${at}: Cannot find field.`;
}

function contentsProblem(contents: unknown): string | null {
  const where = '* GenerateContentRequest.contents';
  if (!Array.isArray(contents) || contents.length === 0) return `${where}: contents is not specified`;
  for (const [index, content] of (contents as readonly unknown[]).entries()) {
    if (!isObject(content)) return `Invalid value at 'contents[${index}]'`;
    if (!['user', 'model', undefined].includes(content.role as string)) {
      return 'Please use a valid role: user, model.';
    }
    if (!Array.isArray(content.parts) || content.parts.length === 0) {
      return `${where}[${index}].parts: contents.parts must not be empty.`;
    }
  }
  return null;
}

function configProblem(config: unknown): string | null {
  if (!isObject(config)) return "Invalid value at 'generation_config'";
  const unknown = unknownName(config, configFields, " at 'generation_config'");
  if (unknown !== null) return unknown;
  const where = '* GenerateContentRequest.generation_config';
  if (isOutside(config.temperature, 0, 2)) {
    return `${where}.temperature: temperature must be in the range [0.0, 2.0].`;
  }
  if (isOutside(member(config, 'topP'), 0, 1))
    return `${where}.top_p: top_p must be in the range [0.0, 1.0].`;
  if (isOutside(member(config, 'maxOutputTokens'), 1, Number.POSITIVE_INFINITY)) {
    return `${where}.max_output_tokens: max_output_tokens must be positive.`;
  }
  const stops = member(config, 'stopSequences');
  if (Array.isArray(stops) && stops.length > 5) {
    return `${where}.stop_sequences: the number of stop sequences must not exceed 5.`;
  }
  return null;
}

function isOutside(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && (value < min || value > max);
}

function embedProblem(request: Json): string | null {
  const unknown = unknownName(request, embedFields, '');
  if (unknown !== null) return unknown;
  const { content } = request;
  const parts = isObject(content) ? content.parts : null;
  if (!Array.isArray(parts) || parts.length === 0) return '* EmbedContentRequest.content: content is empty';
  return null;
}
