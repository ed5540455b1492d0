// What a person meant by a field name that is not one.
import { closestMatch } from 'leven';

/** The known name nearest to a misspelt one, or null when none is near enough to be meant. */
export function didYouMean(name: string, known: readonly string[]): string | null {
  const folded = fold(name);
  const same = known.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  if (name.length > 64) return null;
  return closestMatch(name, known, { maxDistance: Math.max(1, Math.floor(name.length / 4)) }) ?? null;
}

/** `maxTokens`, `max-tokens` and `max_tokens` are the same slip. */
function fold(name: string): string {
  return name.replaceAll(/[_\- ]/g, '').toLowerCase();
}

/** Fields of one endpoint that people write in the other, with what to write there instead. */
export const elsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/v1/responses': {
    messages: '"input"',
    max_tokens: '"max_output_tokens"',
    max_completion_tokens: '"max_output_tokens"',
    response_format: '"text": {"format": …}',
    reasoning_effort: '"reasoning": {"effort": …}',
    verbosity: '"text": {"verbosity": …}',
    functions: '"tools"',
    function_call: '"tool_choice"',
  },
  '/v1/chat/completions': {
    input: '"messages"',
    prompt: '"messages"',
    instructions: 'a message with role "developer"',
    max_output_tokens: '"max_completion_tokens"',
    text: '"response_format"',
    reasoning: '"reasoning_effort"',
  },
};
