// The simulated Gemini account: so far it counts tokens, and says no as Google's APIs do.

import { FaultCounter } from '../faults.ts';
import { type Api, type ApiOptions, type Call, json, type Reply, readBody } from '../http.ts';
import { jsonBytes } from '../jsonBytes.ts';
import { isObject, type Json, parseObject } from '../openai/json.ts';

const limitBytes = 32 * 1024 * 1024;
const method = ':countTokens';

export function createGeminiApi({ faults }: ApiOptions): Api {
  const counter = new FaultCounter();
  const struck = (): Reply | null => {
    if (counter.strikes('429', faults['429'])) {
      return refusal(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).');
    }
    if (counter.strikes('500', faults['500'])) return serverError();
    return counter.strikes('stall', faults.stall) ? { kind: 'stall' } : null;
  };
  return {
    routes: [{ method: 'POST', path: '/v1beta/models/*', handle: countTokens }],
    guard: (call) => keyRefusal(call) ?? struck(),
    unknown: () => refusal(404, 'NOT_FOUND', 'Requested entity was not found.'),
    failure: serverError,
    stats: () => ({ batches: 0, files: 0 }),
    dispose: async () => {},
  };
}

/** Any key will do, and none; one that begins `sk-invalid` is there to see what a wrong key looks like. */
function keyRefusal({ request: { headers } }: Call): Reply | null {
  const key = headers['x-goog-api-key'];
  if (typeof key !== 'string' || !key.startsWith('sk-invalid')) return null;
  const message = 'API key not valid. Please pass a valid API key.';
  const info = '@type';
  return refusal(400, 'INVALID_ARGUMENT', message, [
    {
      [info]: 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ]);
}

async function countTokens({ request, id }: Call): Promise<Reply> {
  const model = id.slice(0, -method.length);
  if (!id.endsWith(method) || !/^gemini-/.test(model)) {
    const named = `models/${id.split(':')[0]}`;
    return refusal(
      404,
      'NOT_FOUND',
      `${named} is not found for API version v1beta, or is not supported for countTokens. Call ModelService.ListModels to see the list of available models and their supported methods.`,
    );
  }
  const body = parseObject(await readBody(request, limitBytes));
  if (body === null) return refusal(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
  const unknown = Object.keys(body).find((name) => !['contents', 'generateContentRequest'].includes(name));
  if (unknown !== undefined) {
    const message = `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`;
    return refusal(400, 'INVALID_ARGUMENT', message);
  }
  const { contents, generateContentRequest: whole } = body;
  if (contents !== undefined && whole !== undefined) {
    const message = 'Only one of contents and generate_content_request may be set.';
    return refusal(400, 'INVALID_ARGUMENT', message);
  }
  return isObject(whole) ? countWhole(whole, model) : counted(tokensOfContents(contents));
}

function countWhole(request: Json, model: string): Reply {
  if (request.model !== `models/${model}`) {
    const message = `* CountTokensRequest.generate_content_request.model: the model must be models/${model}.`;
    return refusal(400, 'INVALID_ARGUMENT', message);
  }
  if (!Array.isArray(request.contents) || request.contents.length === 0) {
    const message = '* CountTokensRequest.generate_content_request.contents: contents is not specified';
    return refusal(400, 'INVALID_ARGUMENT', message);
  }
  const instruction = request.systemInstruction ?? request.system_instruction;
  const config = request.generationConfig ?? request.generation_config;
  const schema = isObject(config) ? (config.responseSchema ?? config.response_schema) : undefined;
  const besides = [request.tools, schema].filter((part) => part !== undefined);
  return counted(
    tokensOfContents(request.contents) +
      tokensOfContents(instruction === undefined ? [] : [instruction]) +
      besides.reduce<number>((sum, part) => sum + Math.ceil(jsonBytes(part) / 5), 0),
  );
}

function counted(tokens: number): Reply {
  const promptTokensDetails = [{ modality: 'TEXT', tokenCount: tokens }];
  return json(200, { totalTokens: tokens, promptTokensDetails });
}

function tokensOfContents(contents: unknown): number {
  if (!Array.isArray(contents)) return 0;
  const parts = contents.filter(isObject).flatMap(({ parts: inner }) => (Array.isArray(inner) ? inner : []));
  return parts.reduce<number>((sum, part) => sum + tokensOfPart(part), 0);
}

/** Five bytes a token, and what is no text as an image of the older models. */
function tokensOfPart(part: unknown): number {
  if (!isObject(part)) return 0;
  return typeof part.text === 'string' ? tokensOf(part.text) : 258;
}

function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 5);
}

function serverError(): Reply {
  return refusal(500, 'INTERNAL', 'An internal error has occurred.');
}

/** The error object of Google's APIs (google.rpc.Status as JSON). */
function refusal(status: number, name: string, message: string, details?: readonly unknown[]): Reply {
  const error = { code: status, message, status: name, ...(details === undefined ? {} : { details }) };
  return json(status, { error });
}
