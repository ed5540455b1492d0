// What does /v1/moderations answer? A verdict for each text, or one for all parts together (openai SDK 7.55).
import { type Answer, type AnswerContext, idOf, textOf } from '../answerContext.ts';
import { isObject, type Json } from '../json.ts';
import { createRandom, hash32 } from '../random.ts';
import { snapshotOf } from './models.ts';

interface Category {
  readonly name: string;
  /** Words that get a text flagged; the same text always gets the same verdict. */
  readonly words: RegExp;
  /** Images are looked at for this one too. */
  readonly images: boolean;
}

const never = /(?!)/;
const category = (name: string, words: RegExp, images = false): Category => ({ name, words, images });

/** In the order of the API. */
const categories: readonly Category[] = [
  category('harassment', /\b(idiots?|losers?|morons?|shut up)\b/i),
  category('harassment/threatening', /\b(i will|i'll|going to) (hurt|kill|find) you\b/i),
  category('hate', /\b(hate|despise) (all|every|those|these)\b/i),
  category('hate/threatening', never),
  category('illicit', /\b(shoplift\w*|counterfeit\w*|launder\w*|steal)\b/i),
  category('illicit/violent', /\b(build|make|buy) a (bomb|gun|weapon)\b/i),
  category('self-harm', /\b(suicide|self-harm|hurt(ing)? myself|kill(ing)? myself)\b/i, true),
  category('self-harm/intent', /\bi (want|am going) to (hurt|kill) myself\b/i, true),
  category('self-harm/instructions', never, true),
  category('sexual', /\b(porn\w*|nudes?|erotic\w*)\b/i, true),
  category('sexual/minors', never),
  category('violence', /\b(kill\w*|murder\w*|stab\w*|shoot\w*|beat (him|her|them|you) up)\b/i, true),
  category('violence/graphic', /\b(gore|gory|dismember\w*)\b/i, true),
];

export function answerModeration(body: Json, context: AnswerContext): Answer {
  const { input } = body as { input?: unknown };
  const texts =
    Array.isArray(input) && typeof input[0] === 'string' ? (input as readonly unknown[]) : [input];
  return {
    // The API does not say what a verdict used; it is free.
    usage: { inputTokens: 0, outputTokens: 0, reasoningTokens: 0 },
    body: {
      id: idOf(context, 'modr-', 32),
      model: snapshotOf(String(body.model)),
      results: texts.map(verdictOn),
    },
  };
}

function verdictOn(input: unknown): Json {
  const text = textOf(input);
  const parts: readonly unknown[] = Array.isArray(input) ? input : [];
  const hasImage = parts.some((part) => isObject(part) && part.type === 'image_url');
  const hasText = !Array.isArray(input) || text !== '';
  const random = createRandom(hash32(text));
  const rows = categories.map(({ name, words, images }) => {
    const flagged = words.test(text);
    const score = flagged ? 0.6 + 0.39 * random() : 0.001 * random() ** 3;
    const applied = [...(hasText ? ['text'] : []), ...(hasImage && images ? ['image'] : [])];
    return { name, flagged, score, applied };
  });
  const byName = (value: (row: (typeof rows)[number]) => unknown): Json =>
    Object.fromEntries(rows.map((row) => [row.name, value(row)]));
  return {
    flagged: rows.some((row) => row.flagged),
    categories: byName((row) => row.flagged),
    category_scores: byName((row) => row.score),
    category_applied_input_types: byName((row) => row.applied),
  };
}
