// What does a key of each service look like? Beginnings and lengths by the services' pages and the rules of public scanners (2026).

export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  /** With its article. */
  readonly what: string;
}

interface SecretKind {
  readonly what: string;
  /** Of the whole run. */
  readonly pattern: RegExp;
  /** Bits for each character of what follows the beginning: below it, somebody typed a placeholder. */
  readonly entropy: number;
  readonly prefix: number;
}

const kind = (what: string, prefix: number, entropy: number, pattern: RegExp): SecretKind => ({
  what,
  prefix,
  entropy,
  pattern,
});

/** By the first letter of the run; the first that fits says what it is. */
const kinds: Readonly<Record<string, readonly SecretKind[]>> = {
  s: [
    kind('an Anthropic API key', 14, 4, /^sk-ant-[a-z]{2,6}\d\d-[\w-]{60,140}$/),
    kind('an OpenAI API key', 3, 4, /^sk-(?:proj|svcacct|admin|None)-[\w-]{40,220}$/),
    kind('an OpenAI API key', 3, 3.8, /^sk-[A-Za-z0-9]{16,28}T3BlbkFJ[A-Za-z0-9]{16,28}$/),
    kind('an OpenRouter API key', 9, 3, /^sk-or-v1-[0-9a-f]{64}$/),
    kind('a secret key of Stripe', 8, 3.5, /^sk_live_[A-Za-z0-9]{24,120}$/),
    kind('an API key', 3, 4, /^sk-(?=[a-z]*[0-9A-Z])(?=[^0-9]*\d)[A-Za-z0-9]{48}$/),
    kind('an API key', 3, 3, /^sk-[0-9a-f]{32}$/),
  ],
  A: [
    kind('a Google API key', 4, 4, /^AIza[\w-]{35}$/),
    kind('the id of an AWS access key', 4, 3, /^A(?:KIA|SIA)[A-Z2-7]{16}$/),
  ],
  g: [
    kind('a GitHub token', 4, 3.8, /^gh[pousr]_[A-Za-z0-9]{36,251}$/),
    kind('a GitHub token', 11, 3.8, /^github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}$/),
    kind('a Groq API key', 4, 4, /^gsk_[A-Za-z0-9]{52}$/),
    kind('a GitLab token', 6, 3, /^glpat-[\w-]{20,300}$/),
  ],
  x: [
    kind('a Slack token', 5, 3, /^xox[abeoprs]-(?:\d+-)+[A-Za-z0-9-]{20,80}$/),
    kind('a Slack token', 5, 3.5, /^xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{40,80}$/),
    kind('an xAI API key', 4, 4, /^xai-[A-Za-z0-9]{70,90}$/),
  ],
  h: [kind('a Hugging Face token', 3, 3.8, /^hf_[A-Za-z]{34}$/)],
  n: [kind('an npm token', 4, 3.8, /^npm_[A-Za-z0-9]{36}$/)],
  p: [kind('a Perplexity API key', 5, 4, /^pplx-[A-Za-z0-9]{48,56}$/)],
  r: [kind('a secret key of Stripe', 8, 3.5, /^rk_live_[A-Za-z0-9]{24,120}$/)],
};

/** Of beginnings, the two letters before the last one; of two characters the second is in the lower byte. */
const lastPairs = (beginnings: string): ReadonlySet<number> =>
  new Set(beginnings.split(' ').map((one) => pairAt(one, one.length - 3)));
const dashed = lastPairs('sk- glpat- xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp- xai- pplx- ---');
const underscored = lastPairs('sk_ gsk_ ghp_ gho_ ghu_ ghs_ ghr_ github_ hf_ npm_ rk_');
/** Behind their A. */
const ofGoogleAndAws: ReadonlySet<number> = new Set(['Iza', 'KIA', 'SIA'].map((one) => pairAt(one, 0)));

function pairAt(text: string, at: number): number {
  return (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
}

/**
 * Whether a text has the beginning of any key; that there is none is certain. The engine finds single characters several times
 * as fast as a loop looks at every tenth (2026-11).
 */
export function mayHoldKey(text: string): boolean {
  return signs.some(({ character, isMeant }) => {
    let seen = 0;
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
      if (isMeant(text, at) || ++seen > mostSeen) return true;
    }
    return false;
  });
}

/** Where there are more of a character, as in an image, the one long look that leaps over those is quicker. */
const mostSeen = 500;

interface Sign {
  readonly character: string;
  readonly isMeant: (text: string, at: number) => boolean;
}

const signs: readonly Sign[] = [
  { character: '_', isMeant: (text, at) => underscored.has(pairAt(text, at - 2)) },
  { character: '-', isMeant: (text, at) => dashed.has(pairAt(text, at - 2)) },
  { character: 'A', isMeant: (text, at) => ofGoogleAndAws.has(pairAt(text, at + 1)) },
  { character: 'B', isMeant: isBearer },
  { character: 'b', isMeant: isBearer },
];

const space = 0x20;

function isBearer(text: string, at: number): boolean {
  return text.charCodeAt(at + 6) === space && /^bearer$/i.test(text.slice(at, at + 6));
}

/** Longer runs are data. */
const longestKey = 320;
/** Words of those who write that a key goes here. */
const placeholder =
  /example|sample|dummy|placeholder|redacted|your|insert|replace|change.?me|secret|xxxx|yyyy|0000000|1234567|abcdefg|test.?key|fake/i;

/**
 * @param start where a run of letters, digits, `_` and `-` begins in the text of a line.
 * @returns null for anything but what can hardly be something else.
 */
export function secretIn(text: string, start: number, end: number): FoundSecret | null {
  const from = start + escapeLength(text, start);
  if (end - from > longestKey) return null;
  const ofLetter = kinds[text.charAt(from)];
  if (ofLetter !== undefined) {
    const run = text.slice(from, end);
    for (const { what, pattern, entropy, prefix } of ofLetter) {
      if (!pattern.test(run)) continue;
      const isReal = !placeholder.test(run) && entropyOf(run.slice(prefix)) >= entropy;
      return isReal && !isShownInUrl(text, from) ? { start: from, end, what } : null;
    }
  }
  return bearerIn(text, from, end);
}

/** The letter of an escape such as \n stands before the run and looks like a part of it. */
function escapeLength(text: string, start: number): number {
  if (text[start - 1] !== '\\') return 0;
  let slashes = 1;
  while (text[start - 1 - slashes] === '\\') slashes++;
  if (slashes % 2 === 0) return 0;
  return text[start] === 'u' ? 5 : 1;
}

/** The id of a key is a part of every signed address, which has its own rule. */
function isShownInUrl(text: string, start: number): boolean {
  return /(?:Credential|AccessKeyId)=$/.test(text.slice(Math.max(0, start - 20), start));
}

/** `Bearer` and a token of any service, as in a header that somebody copied; those of three parts have a dot between them. */
function bearerIn(text: string, start: number, end: number): FoundSecret | null {
  if (text[start - 1] !== ' ' || !/\bBearer $/i.test(text.slice(Math.max(0, start - 8), start))) return null;
  const run = text.slice(start, end);
  const isMixed = /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
  if (!isMixed || end - start < 24 || placeholder.test(run) || entropyOf(run) < 3.8) return null;
  return { start, end, what: 'a bearer token' };
}

/** Shannon's, in bits for each character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
