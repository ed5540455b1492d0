// What does /v1/chat/completions answer? A chat.completion object as the API gives it (openai SDK 7.55).
import {
  type Answer,
  type AnswerContext,
  attachmentTokens,
  idOf,
  schemaTokens,
  textOf,
  tokensOf,
} from '../answerContext.ts';
import { type Composed, compose, type Prompt, sumUsage } from '../compose.ts';
import { isObject, type Json } from '../json.ts';
import { forcedCall } from './forcedCall.ts';
import { snapshotOf, thinks } from './models.ts';

export function answerChat(body: Json, context: AnswerContext): Answer {
  const prompt = readPrompt(body);
  const choices = compose(prompt, typeof body.n === 'number' ? body.n : 1, context);
  const usage = sumUsage(choices.map((choice) => choice.usage));
  return {
    usage,
    body: {
      id: idOf(context, 'chatcmpl-', 29),
      object: 'chat.completion',
      created: context.createdAt,
      model: snapshotOf(prompt.model),
      choices: choices.map((composed, index) => choiceOf(composed, index, prompt, context)),
      usage: {
        prompt_tokens: usage.inputTokens,
        completion_tokens: usage.outputTokens,
        total_tokens: usage.inputTokens + usage.outputTokens,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: usage.reasoningTokens,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
      service_tier: 'default',
      system_fingerprint: idOf({ ...context, seed: prompt.model }, 'fp_', 10),
    },
  };
}

function choiceOf(composed: Composed, index: number, prompt: Prompt, context: AnswerContext): Json {
  const called = prompt.call !== null && composed.callArguments !== null && !composed.cut;
  const calls = called
    ? {
        tool_calls: [
          {
            id: idOf(context, `call_${index === 0 ? '' : index}`, 24),
            type: 'function',
            function: { name: prompt.call?.name, arguments: composed.callArguments },
          },
        ],
      }
    : {};
  const content = called ? null : composed.text;
  return {
    index,
    message: { role: 'assistant', content, ...calls, refusal: null, annotations: [] },
    logprobs: null,
    finish_reason: composed.cut ? 'length' : called ? 'tool_calls' : 'stop',
  };
}

function readPrompt(body: Json): Prompt {
  const messages = (Array.isArray(body.messages) ? body.messages : []).filter(isObject);
  const text = (roles: RegExp): string =>
    textOf(messages.findLast((message) => roles.test(String(message.role)))?.content);
  const max = body.max_completion_tokens ?? body.max_tokens;
  return {
    model: String(body.model),
    instructions: text(/^(system|developer)$/),
    text: text(/^user$/),
    inputTokens:
      3 +
      messages.reduce((sum, message) => sum + messageTokens(message), 0) +
      toolTokens(body) +
      schemaTokens(body.response_format),
    schema: schemaOf(body.response_format),
    call: forcedCall(body, (tool) => tool.function),
    thinks: thinks(body.model, body.reasoning_effort),
    maxOutputTokens: typeof max === 'number' ? max : null,
  };
}

function messageTokens(message: Json): number {
  return 3 + tokensOf(textOf(message.content)) + attachmentTokens(message.content);
}

function toolTokens(body: Json): number {
  return Array.isArray(body.tools) ? body.tools.length * 40 : 0;
}

function schemaOf(format: unknown): unknown {
  if (!isObject(format)) return null;
  if (format.type === 'json_object') return true;
  const inner = format.type === 'json_schema' ? format.json_schema : null;
  return isObject(inner) ? (inner.schema ?? true) : null;
}
