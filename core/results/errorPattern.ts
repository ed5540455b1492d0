// What do messages of the same error have in common? What differs from row to row is taken out: numbers, ids, addresses.

const mostCharacters = 300;

/** Order matters: an id has digits in it. */
const changing: readonly (readonly [RegExp, string])[] = [
  // Addresses: their paths name files and requests.
  [/\bhttps?:\/\/[^\s'"<>)\]]+/gi, '<url>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  // req_011CXyz, msgbatch_01, chatcmpl-9Kx2, file-abc123, org-x1: a word, a joint, and something with a digit in it.
  [/\b[A-Za-z]{2,12}[_-](?=[A-Za-z0-9]*\d)[A-Za-z0-9]{4,}\b/g, '<id>'],
  [/\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{16,}\b/g, '<id>'],
  // Numbers with their separators: 1,234.5, 20s, 128000; not those of names, as in gpt-5.4.
  [/(?<![A-Za-z_](?:-?\d[\d.]*|-)?)\d+(?:[.,:]\d+)*/g, '#'],
];

/**
 * "Rate limit reached for gpt-6-luna in organization org-a1b2: limit 40,000, used 39,120." becomes
 * "Rate limit reached for gpt-6-luna in organization <id>: limit #, used #."
 * @returns at most 300 characters.
 */
export function errorPattern(message: string): string {
  let pattern = message
    .slice(0, 4 * mostCharacters)
    .replace(/\s+/g, ' ')
    .trim();
  for (const [found, stands] of changing) pattern = pattern.replace(found, stands);
  return pattern.length > mostCharacters ? `${pattern.slice(0, mostCharacters - 1)}…` : pattern;
}
