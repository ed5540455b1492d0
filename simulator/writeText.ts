// What would a model say to this prompt? Something short that fits: a label, JSON after a schema, or a sentence from the text.
import { isObject, type Json } from './json.ts';

const lists = [
  /(?:one of|either|as|labels?|categor(?:y|ies)|options?|classes|choose)\b[^:.\n]{0,30}?:?\s+((?:["'`]?[\w-]{2,24}["'`]?\s*(?:,|\/|\||\bor\b|\band\b)+\s*)+(?:or\s+|and\s+)?["'`]?[\w-]{2,24})/i,
];

/** Text in answer to `prompt` (the last thing the user said) under `instructions`. */
export function writeText(instructions: string, prompt: string, random: () => number): string {
  // The task stands in the instructions or at one end of the prompt; the rest may be long.
  const task = `${instructions.slice(0, 2000)}\n${prompt.slice(0, 1000)}\n${prompt.slice(-500)}`;
  const labels = labelsOf(task);
  if (labels !== null) return pick(labels, random);
  if (/\byes\b[ "']*(?:or|\/)[ "']*\bno\b/i.test(task)) return pick(['Yes', 'No'], random);
  return sentenceFrom(prompt, random);
}

function labelsOf(task: string): readonly string[] | null {
  if (!/classif|categor|label|sentiment|one of/i.test(task)) return null;
  for (const list of lists) {
    const words = list.exec(task)?.[1]?.split(/\s*(?:,|\/|\||\bor\b|\band\b)\s*/i) ?? [];
    const labels = words.map((word) => word.replace(/["'`\s]/g, '')).filter((word) => word !== '');
    if (labels.length > 1) return labels;
  }
  return /sentiment/i.test(task) ? ['positive', 'negative', 'neutral'] : null;
}

function sentenceFrom(prompt: string, random: () => number): string {
  const sentences = prompt
    .slice(0, 4000)
    .split(/(?<=[.!?])\s+|\n+/)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text.length > 20);
  const chosen = sentences.length > 0 ? pick(sentences, random) : prompt.slice(0, 200).trim();
  const words = chosen.split(' ').slice(0, 24).join(' ');
  const openings = ['In short: ', 'Briefly: ', 'The main point: ', ''];
  return words === '' ? 'There is nothing to answer.' : `${pick(openings, random)}${words}`;
}

/** A value that fits a JSON Schema as far as its types, enums and required members go; other keywords are not read. */
export function writeValue(schema: unknown, root: unknown, random: () => number, depth = 0): unknown {
  if (!isObject(schema) || depth > 8) return null;
  const target = typeof schema.$ref === 'string' ? resolve(schema.$ref, root) : null;
  if (target !== null) return writeValue(target, root, random, depth + 1);
  if ('const' in schema) return schema.const;
  const choices = [schema.enum, schema.examples].find((list) => Array.isArray(list) && list.length > 0);
  if (choices !== undefined) return pick(choices as readonly unknown[], random);
  const branches = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(branches)) return writeValue(branches[0], root, random, depth + 1);
  return writeTyped(schema, root, random, depth);
}

function writeTyped(schema: Json, root: unknown, random: () => number, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const low = typeof schema.minimum === 'number' ? schema.minimum : 0;
  const high = typeof schema.maximum === 'number' ? schema.maximum : low + 100;
  if (type === 'boolean') return random() < 0.5;
  if (type === 'integer') return Math.round(low + random() * (high - low));
  if (type === 'number') return Math.round((low + random() * (high - low)) * 100) / 100;
  if (type === 'null') return null;
  if (type === 'array') {
    const least = typeof schema.minItems === 'number' ? Math.min(schema.minItems, 20) : 1;
    return Array.from({ length: Math.max(1, least) }, () =>
      writeValue(schema.items, root, random, depth + 1),
    );
  }
  if (type === 'object' || isObject(schema.properties)) {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const pairs = Object.entries(properties).map(([name, part]) => [
      name,
      writeValue(part, root, random, depth + 1),
    ]);
    return Object.fromEntries(pairs);
  }
  return pick(['clear', 'brief', 'as described', 'not stated'], random);
}

function resolve(ref: string, root: unknown): unknown {
  let at = root;
  for (const name of ref.replace(/^#\/?/, '').split('/')) {
    if (name === '') continue;
    at = isObject(at) && Object.hasOwn(at, name) ? at[name] : null;
  }
  return at;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)] as T;
}
