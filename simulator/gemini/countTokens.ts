// What does models/*:countTokens answer? Numbers that are made up, from the bytes of what was sent.
import { json, type Reply } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { jsonBytes } from '../jsonBytes.ts';
import { invalid } from './errors.ts';

export function countTokens(body: Json, model: string): Reply {
  const unknown = Object.keys(body).find((name) => !['contents', 'generateContentRequest'].includes(name));
  if (unknown !== undefined) {
    return invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  }
  const { contents, generateContentRequest: whole } = body;
  if (contents !== undefined && whole !== undefined) {
    return invalid('Only one of contents and generate_content_request may be set.');
  }
  return isObject(whole) ? countWhole(whole, model) : counted(tokensOfContents(contents));
}

function countWhole(request: Json, model: string): Reply {
  if (request.model !== `models/${model}`) {
    return invalid(`* CountTokensRequest.generate_content_request.model: the model must be models/${model}.`);
  }
  if (!Array.isArray(request.contents) || request.contents.length === 0) {
    return invalid('* CountTokensRequest.generate_content_request.contents: contents is not specified');
  }
  return counted(tokensOfRequest(request));
}

/** The same for a request that is answered. */
export function tokensOfRequest(request: Json): number {
  const instruction = request.systemInstruction ?? request.system_instruction;
  const config = request.generationConfig ?? request.generation_config;
  const schema = isObject(config) ? (config.responseSchema ?? config.response_schema) : undefined;
  const besides = [request.tools, schema].filter((part) => part !== undefined);
  return (
    tokensOfContents(request.contents) +
    tokensOfContents(instruction === undefined ? [] : [instruction]) +
    besides.reduce<number>((sum, part) => sum + Math.ceil(jsonBytes(part) / 5), 0)
  );
}

function counted(tokens: number): Reply {
  const promptTokensDetails = [{ modality: 'TEXT', tokenCount: tokens }];
  return json(200, { totalTokens: tokens, promptTokensDetails });
}

export function tokensOfContents(contents: unknown): number {
  if (!Array.isArray(contents)) return 0;
  const parts = contents.filter(isObject).flatMap(({ parts: inner }) => (Array.isArray(inner) ? inner : []));
  return parts.reduce<number>((sum, part) => sum + tokensOfPart(part), 0);
}

/** Five bytes a token, and what is no text as an image of the older models. */
function tokensOfPart(part: unknown): number {
  if (!isObject(part)) return 0;
  return typeof part.text === 'string' ? tokensOf(part.text) : 258;
}

export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 5);
}
