// What does /v1/completions answer? A text_completion object as the API gives it (openai SDK 7.55).
import { type Answer, type AnswerContext, idOf, tokensOf } from '../answerContext.ts';
import { type Composed, compose, sumUsage } from '../compose.ts';
import type { Json } from '../json.ts';
import { snapshotOf, thinks } from './models.ts';

/** The API reference's default. */
const defaultMaxTokens = 16;

export function answerCompletion(body: Json, context: AnswerContext): Answer {
  const answers = typeof body.n === 'number' ? body.n : 1;
  const candidates = Math.max(answers, typeof body.best_of === 'number' ? body.best_of : 1);
  const parts = promptsOf(body).map((prompt) => {
    const composed = compose(promptFor(body, prompt), candidates, context);
    return { prompt, chosen: composed.slice(0, answers), usage: sumUsage(composed.map((one) => one.usage)) };
  });
  const inputTokens = parts.reduce((sum, part) => sum + part.usage.inputTokens, 0);
  const outputTokens = parts.reduce((sum, part) => sum + part.usage.outputTokens, 0);
  const choices = parts.flatMap(({ prompt, chosen }) => chosen.map((one) => choiceOf(body, prompt, one)));
  return {
    usage: { inputTokens, outputTokens, reasoningTokens: 0 },
    body: {
      id: idOf(context, 'cmpl-', 29),
      object: 'text_completion',
      created: context.createdAt,
      model: snapshotOf(String(body.model)),
      choices: choices.map((choice, index) => ({ ...choice, index })),
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
    },
  };
}

/** Texts or token arrays; a list of token ids is one prompt. */
function promptsOf(body: Json): readonly unknown[] {
  const { prompt } = body as { prompt?: unknown };
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt : [prompt];
}

function promptFor(body: Json, prompt: unknown): Parameters<typeof compose>[0] {
  const text = typeof prompt === 'string' ? prompt : '';
  return {
    model: String(body.model),
    instructions: '',
    text,
    // Without a prompt there is still the token that begins a document.
    inputTokens: Array.isArray(prompt) ? prompt.length : Math.max(1, tokensOf(text)),
    schema: null,
    call: null,
    thinks: thinks(body.model, undefined),
    maxOutputTokens: typeof body.max_tokens === 'number' ? body.max_tokens : defaultMaxTokens,
  };
}

function choiceOf(body: Json, prompt: unknown, { text, cut }: Composed): Json {
  const echoed = body.echo === true && typeof prompt === 'string' ? prompt : '';
  return { text: `${echoed}${text}`, index: 0, logprobs: null, finish_reason: cut ? 'length' : 'stop' };
}
