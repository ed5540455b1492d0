// Which function does a request to OpenAI force the model to call?
import type { Prompt } from '../compose.ts';
import { isObject, type Json } from '../json.ts';

/**
 * One named in `tool_choice`, or the first tool when a call is required.
 * `inner` is where an endpoint keeps name and parameters of a tool (chat nests them under `function`).
 */
export function forcedCall(body: Json, inner: (tool: Json) => unknown): Prompt['call'] {
  const choice = body.tool_choice;
  const tools = Array.isArray(body.tools) ? (body.tools as readonly unknown[]) : [];
  const functions = tools.flatMap((tool) => {
    const part = isObject(tool) && tool.type === 'function' ? inner(tool) : null;
    return isObject(part) && typeof part.name === 'string' ? [part] : [];
  });
  const part = isObject(choice) ? inner(choice) : null;
  const wanted = isObject(part) ? part.name : null;
  const named = functions.find((tool) => tool.name === wanted);
  const chosen = choice === 'required' ? functions[0] : named;
  return chosen === undefined ? null : { name: String(chosen.name), parameters: chosen.parameters };
}
