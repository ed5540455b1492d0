// What does a request ask, in the words of the person who wrote it? For showing the beginning of it.
import { isObject, listMember, member, textMember } from '../json/members.ts';

/** @returns null where none of the known shapes is found. */
export function askedText(request: unknown): string | null {
  const body = ['body', 'params', 'request'].map((field) => member(request, field)).find(isObject) ?? request;
  const turns = [
    ...listMember(body, 'messages'),
    ...listMember(body, 'contents'),
    ...listMember(body, 'input'),
  ].filter(isObject);
  const asked = turns.findLast((turn) => (member(turn, 'role') ?? 'user') === 'user');
  const last = asked ?? turns.at(-1);
  const whole = ['input', 'prompt', 'contents'].map((field) => member(body, field));
  return [last, ...whole].map(textIn).find((text) => text !== null) ?? null;
}

/** Of a message, a list of parts or a text. */
function textIn(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (Array.isArray(value)) {
    for (const part of value) {
      const text = typeof part === 'string' ? part : textMember(part, 'text');
      if (text !== null && text.trim() !== '') return text;
    }
    return null;
  }
  return textMember(value, 'text') ?? partsIn(value);
}

function partsIn(value: unknown): string | null {
  const content = member(value, 'content') ?? member(value, 'parts');
  return content === undefined ? null : textIn(content);
}
