// Requests of each dialect and endpoint, for tests about what is inside them.

import { checkLine, type Finding, type Provider } from '#core';
import { checkingAs } from '../checking.ts';

type Json = Readonly<Record<string, unknown>>;

export const chat = (body: Json): Json => ({
  custom_id: 'r',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'gpt-5.4-mini', messages: [{ role: 'user', content: 'Hi' }], ...body },
});

export const responses = (body: Json): Json => ({
  custom_id: 'r',
  method: 'POST',
  url: '/v1/responses',
  body: { model: 'gpt-5.4-mini', input: 'Hi', ...body },
});

export const claude = (params: Json): Json => ({
  custom_id: 'r',
  params: {
    model: 'claude-sonnet-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
    ...params,
  },
});

export const gemini = (request: Json): Json => ({
  key: 'r',
  request: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], ...request },
});

export function findingsOf(request: Json, provider: Provider = 'openai'): readonly Finding[] {
  const text = JSON.stringify(request);
  return checkLine(text, text.length, checkingAs(provider)).findings;
}

/** What was found, as "code path", in order. */
export function placesOf(request: Json, provider: Provider = 'openai'): string[] {
  return findingsOf(request, provider).map(({ code, where }) =>
    where.kind === 'path' ? `${code} ${where.path.join('.')}` : code,
  );
}

/** An answer by schema, held to it strictly. */
export const strictAnswer = (schema: unknown): Json => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
});
