// Result lines as each provider writes them, for the provider in memory.
import type { RowStatus } from '#core';
import type { ApiKind } from './fates.ts';

/** What a line says of its request. */
export type Said = Exclude<RowStatus, 'missing'>;

/** Its answer names the batch, so that a row shows which batch it is from. */
export function answerOf(id: string, batchId: string): string {
  return `answer to ${id} of ${batchId}`;
}

export function saidLine(kind: ApiKind, id: string, batchId: string, said: Said): string {
  const text = answerOf(id, batchId);
  switch (kind) {
    case 'openai':
      return JSON.stringify({ id: 'batch_req_1', custom_id: id, ...openaiPart(text, said) });
    case 'anthropic':
      return JSON.stringify({ custom_id: id, result: anthropicResult(text, said) });
    case 'gemini':
      return JSON.stringify({ key: id, ...geminiPart(text, said) });
  }
}

function openaiPart(text: string, said: Said): object {
  if (said === 'succeeded') {
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
    const body = { model: 'gpt-6-luna', choices, usage };
    return { response: { status_code: 200, request_id: 'q', body }, error: null };
  }
  if (said === 'failed') {
    const error = { message: 'Try again.', type: 'server_error', param: null, code: 'server_error' };
    return { response: { status_code: 500, request_id: 'q', body: { error } }, error: null };
  }
  const code = said === 'expired' ? 'batch_expired' : 'batch_cancelled';
  return { response: null, error: { code, message: 'It was not answered.' } };
}

function anthropicResult(text: string, said: Said): object {
  if (said === 'succeeded') {
    const usage = { input_tokens: 10, output_tokens: 2 };
    const content = [{ type: 'text', text }];
    const facts = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' };
    return { type: 'succeeded', message: { ...facts, content, stop_reason: 'end_turn', usage } };
  }
  if (said === 'failed') {
    const error = { type: 'error', error: { type: 'api_error', message: 'Internal server error' } };
    return { type: 'errored', error };
  }
  return { type: said === 'expired' ? 'expired' : 'canceled' };
}

/** There is no word for requests that were not answered: they fail, or nothing is said of them. */
function geminiPart(text: string, said: Said): object {
  if (said === 'succeeded') {
    const content = { role: 'model', parts: [{ text }] };
    const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 2, totalTokenCount: 12 };
    return { response: { candidates: [{ content, finishReason: 'STOP', index: 0 }], usageMetadata } };
  }
  return { error: { code: 13, message: 'Internal error encountered.' } };
}
