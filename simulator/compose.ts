// What goes into one answer, whatever its endpoint? The text or tool call, its finish, and what it would have cost.
import { type AnswerContext, tokensOf, type Usage } from './answerContext.ts';
import { writeText, writeValue } from './writeText.ts';

/** What an endpoint understood of a request. */
export interface Prompt {
  readonly model: string;
  readonly instructions: string;
  readonly text: string;
  readonly inputTokens: number;
  /** The JSON Schema the answer must fit, `true` for any JSON object, null for text. */
  readonly schema: unknown;
  /** The function that has to be called, or null. */
  readonly call: { readonly name: string; readonly parameters: unknown } | null;
  /** Whether it thinks first, within what it may write. */
  readonly thinks: boolean;
  readonly maxOutputTokens: number | null;
}

export interface Composed {
  readonly text: string;
  /** Arguments of the function call as JSON text, or null. */
  readonly callArguments: string | null;
  readonly cut: boolean;
  readonly usage: Usage;
}

/** Writes `choices` answers (at least one); usage counts them all. */
export function compose(prompt: Prompt, choices: number, context: AnswerContext): readonly Composed[] {
  return Array.from({ length: Math.max(1, Math.min(choices, 16)) }, () => composeOne(prompt, context));
}

function composeOne(prompt: Prompt, context: AnswerContext): Composed {
  const thinking = thinkingTokens(prompt, context);
  const callArguments = prompt.call === null ? null : writeJson(prompt.call.parameters, context);
  const full = callArguments === null ? writeAnswer(prompt, context) : '';
  const budget = Math.max(0, (prompt.maxOutputTokens ?? Number.POSITIVE_INFINITY) - thinking);
  const needed = tokensOf(callArguments ?? full);
  const cut = needed > budget;
  const text =
    cut && callArguments === null
      ? Array.from(full)
          .slice(0, budget * 4)
          .join('')
      : full;
  return {
    text,
    callArguments,
    cut,
    usage: {
      inputTokens: prompt.inputTokens,
      outputTokens: thinking + Math.min(needed, budget),
      reasoningTokens: thinking,
    },
  };
}

function thinkingTokens(prompt: Prompt, context: AnswerContext): number {
  if (!prompt.thinks) return 0;
  const tokens = 64 * (1 + Math.floor(context.random() * 4));
  return Math.min(tokens, prompt.maxOutputTokens ?? tokens);
}

function writeAnswer(prompt: Prompt, context: AnswerContext): string {
  if (prompt.schema === true) {
    return JSON.stringify({ answer: writeText(prompt.instructions, prompt.text, context.random) });
  }
  if (prompt.schema !== null) return writeJson(prompt.schema, context);
  return writeText(prompt.instructions, prompt.text, context.random);
}

function writeJson(schema: unknown, context: AnswerContext): string {
  return JSON.stringify(writeValue(schema, schema, context.random) ?? {});
}

export function sumUsage(parts: readonly Usage[]): Usage {
  const outputTokens = parts.reduce((sum, part) => sum + part.outputTokens, 0);
  const reasoningTokens = parts.reduce((sum, part) => sum + part.reasoningTokens, 0);
  return { inputTokens: parts[0]?.inputTokens ?? 0, outputTokens, reasoningTokens };
}
