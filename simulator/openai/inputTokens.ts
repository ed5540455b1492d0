// What does POST /v1/responses/input_tokens count? The request's texts by the rule of every pretended bill here, not by a tokenizer.
import { attachmentTokens, jsonTokens, textOf, tokensOf } from '../answerContext.ts';
import { json, type Route, readBody } from '../http.ts';
import { isObject, type Json, parseObject } from '../json.ts';
import { type ErrorBody, invalidRequest, refusal } from './errors.ts';
import { runsInBatch } from './models.ts';
import { findResponsesProblem } from './responsesProblem.ts';

const limitBytes = 64 * 1024 * 1024;

/** openai SDK 7.55, InputTokenCountParams. */
const parameters = new Set([
  ...['conversation', 'input', 'instructions', 'model', 'parallel_tool_calls', 'personality'],
  ...['previous_response_id', 'reasoning', 'text', 'tool_choice', 'tools', 'truncation'],
]);

export const inputTokensRoute: Route = {
  method: 'POST',
  path: '/v1/responses/input_tokens',
  handle: async ({ request }) => {
    const body = parseObject(await readBody(request, limitBytes));
    if (body === null) {
      const message = 'We could not parse the JSON body of your request. The API expects a JSON payload.';
      return refusal(400, invalidRequest(message, null, null));
    }
    const error = findProblem(body);
    if (error !== null) return refusal(error.code === 'model_not_found' ? 404 : 400, error);
    return json(200, { object: 'response.input_tokens', input_tokens: countOf(body) });
  },
};

function findProblem(body: Json): ErrorBody | null {
  const unknown = Object.keys(body).find((name) => !parameters.has(name));
  if (unknown !== undefined) {
    return invalidRequest(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  }
  const { personality: _, ...known } = body;
  const problem = findResponsesProblem(known);
  if (problem !== null) return problem;
  const model = body.model;
  if (typeof model === 'string' && !runsInBatch(model)) {
    const message = `The model '${model}' does not exist or you do not have access to it.`;
    return invalidRequest(message, null, 'model_not_found');
  }
  return null;
}

/** Four bytes a token, three tokens around each message, the JSON of tools and formats as it is. */
function countOf(body: Json): number {
  const input = typeof body.input === 'string' ? [{ content: body.input }] : body.input;
  const items = Array.isArray(input) ? input.filter(isObject) : [];
  const instructions = typeof body.instructions === 'string' ? 3 + tokensOf(body.instructions) : 0;
  const format = isObject(body.text) ? body.text.format : undefined;
  const besides = [body.tools, format].filter((part) => part !== undefined && part !== null);
  return (
    3 +
    instructions +
    items.reduce((sum, item) => sum + itemTokens(item), 0) +
    besides.reduce<number>((sum, part) => sum + jsonTokens(part), 0)
  );
}

function itemTokens(item: Json): number {
  const said = textOf(item.content ?? item.output ?? item.arguments ?? item.input);
  return 3 + tokensOf(said) + attachmentTokens(item.content);
}
