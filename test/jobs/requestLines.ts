// A request line as each kind of API takes it, for worlds of jobs.
import type { Provider } from '#core';

/** The model of a batch whose lines name none. */
export function batchModelOf(provider: Provider): string {
  if (provider === 'gemini') return 'gemini-3.8-flash';
  return provider === 'anthropic' ? 'claude-haiku-5-5' : 'gpt-6-luna';
}

export function endpointOf(provider: Provider): string {
  if (provider === 'gemini') return 'generateContent';
  return provider === 'anthropic' ? '/v1/messages' : '/v1/chat/completions';
}

export function requestLine(provider: Provider, id: string, content: string): string {
  const messages = [{ role: 'user', content }];
  const model = batchModelOf(provider);
  if (provider === 'gemini') {
    return JSON.stringify({ key: id, request: { contents: [{ role: 'user', parts: [{ text: content }] }] } });
  }
  if (provider === 'anthropic') {
    return JSON.stringify({ custom_id: id, params: { model, max_tokens: 100, messages } });
  }
  return JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: endpointOf(provider),
    body: { model, messages },
  });
}
