// What do requests without messages put before the model? Texts and token ids as they are, without framing.
import { hasMember, type JsonObject, member, textMember } from '../json/members.ts';
import type { Tally } from './tally.ts';

/** The walks of one form with those over messages; such requests have no opening that a cache could hold. */
type Walk = (body: JsonObject, tally: Tally) => null;

export const walkEmbeddings: Walk = (body, tally) => {
  addInputs(tally, member(body, 'input'));
  return null;
};

/** How the parts before and after a text to insert are put together is not documented. */
const suffixErrorPercent = 10;

export const walkCompletions: Walk = (body, tally) => {
  const prompt = member(body, 'prompt');
  // Without one the model begins a new document, after a single token that marks it.
  if (prompt === null) tally.addition(1);
  else addInputs(tally, prompt);
  const suffix = textMember(body, 'suffix');
  if (suffix !== null) tally.textAbout(suffix, suffixErrorPercent, countPrompts(body));
  return null;
};

export const walkModerations: Walk = (body, tally) => {
  const input = member(body, 'input');
  if (typeof input !== 'string' && !Array.isArray(input)) tally.giveUp();
  for (const item of Array.isArray(input) ? input : [input]) {
    tally.text(typeof item === 'string' ? item : (textMember(item, 'text') ?? ''));
    // How many tokens an image is to the moderation model is not published.
    if (hasMember(item, 'image_url')) tally.giveUp();
  }
  return null;
};

/** How many texts a completion request asks to continue: a list of token ids is one. */
export function countPrompts(body: JsonObject): number {
  const prompt = member(body, 'prompt');
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
}

/** A text, a list of token ids, or a list of either. */
function addInputs(tally: Tally, inputs: unknown): void {
  if (typeof inputs === 'string') tally.text(inputs);
  else if (!Array.isArray(inputs)) tally.giveUp();
  else {
    for (const input of inputs) {
      if (typeof input === 'string') tally.text(input);
      else tally.tokenIds(Array.isArray(input) ? input.length : 1);
    }
  }
}
