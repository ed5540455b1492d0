// How many input tokens has a file by the reference? Counted with tiktoken's WASM, with nothing of ours.
import { readFileSync } from 'node:fs';
import { get_encoding } from 'tiktoken';

type Message = { readonly role: string; readonly content: string };

/** None of a line that is cut short. */
function messagesOf(line: string): readonly Message[] {
  try {
    return (JSON.parse(line) as { readonly body: { readonly messages: readonly Message[] } }).body.messages;
  } catch {
    return [];
  }
}

/** Counted with the reference tokenizer and the framing the provider documents for chat: 3 a message, 3 for the reply. */
export function referenceTokens(path: string): number {
  const reference = get_encoding('o200k_base');
  const counted = new Map<string, number>();
  const count = (text: string): number => {
    const known = counted.get(text);
    if (known !== undefined) return known;
    const tokens = reference.encode_ordinary(text).length;
    counted.set(text, tokens);
    return tokens;
  };
  let total = 0;
  for (const messages of readFileSync(path, 'utf8').split('\n').map(messagesOf)) {
    if (messages.length > 0) total += 3;
    for (const { role, content } of messages) total += 3 + count(role) + count(content);
  }
  reference.free();
  return total;
}
