// May this metadata go with a batch? What the provider would refuse is said before anything is sent.
import { batchApiOf, dialectOf, openaiLimits, type Provider } from '#core';

/** Three pairs of a batch's metadata are ours. Lengths: openai SDK 7.55. */
const maxOwnPairs = openaiLimits.maxMetadataPairs - 3;
const maxKeyLength = 64;
const maxValueLength = 512;

/** What the provider would refuse, in one sentence, or null. */
export function metadataProblem(
  provider: Provider,
  metadata: Readonly<Record<string, string>>,
): string | null {
  const pairs = Object.entries(metadata);
  if (pairs.length > 0 && batchApiOf(provider)?.kind !== 'openai') {
    return `${dialectOf(provider).title} keeps no metadata with a batch; leave it out.`;
  }
  if (pairs.length > maxOwnPairs) {
    return `A batch takes ${maxOwnPairs} pairs of metadata, and there are ${pairs.length}; leave some out.`;
  }
  const reserved = pairs.find(([key]) => key.startsWith('llm_batch_'));
  if (reserved) return `Metadata called ${reserved[0]} is kept for LLM Batch itself; call it something else.`;
  const long = pairs.find(([key, value]) => key.length > maxKeyLength || value.length > maxValueLength);
  if (long === undefined) return null;
  const name = long[0].slice(0, maxKeyLength);
  return `The metadata ${name} is too long; a key takes ${maxKeyLength} characters, a value ${maxValueLength}.`;
}
