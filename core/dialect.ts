// Whose batch file is this? Decided from the first lines, so that every other .jsonl file is left alone.

export type Dialect =
  | { readonly kind: 'openai' }
  /** A file we know by its shape but do not check: results, or another provider's requests. */
  | { readonly kind: 'recognised'; readonly name: string };

/** How many non-blank lines are looked at; beyond them a file has shown what it is. */
export const sampleLines = 20;

/** Longer samples are not parsed; how such a line begins tells enough. */
const maxSampleCharacters = 1 << 20;
const fragmentCharacters = 4096;

const openai: Dialect = { kind: 'openai' };
const recognised = (name: string): Dialect => ({ kind: 'recognised', name });

/**
 * Reads the first lines of a file.
 * @returns null when nothing in them looks like a batch file.
 */
export function detectDialect(lines: Iterable<string>): Dialect | null {
  const votes = new Map<string, { readonly dialect: Dialect; count: number }>();
  const unparsed: string[] = [];
  let seen = 0;
  let characters = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    seen++;
    characters += line.length;
    if (seen > sampleLines) break;
    if (characters > maxSampleCharacters) {
      unparsed.push(line.slice(0, fragmentCharacters));
      break;
    }
    const value = parseObject(line);
    if (value === null) {
      unparsed.push(line.slice(0, fragmentCharacters));
      continue;
    }
    const dialect = dialectOfObject(value);
    if (dialect === null) continue;
    const name = dialect.kind === 'openai' ? 'openai' : dialect.name;
    const vote = votes.get(name);
    if (vote) vote.count++;
    else votes.set(name, { dialect, count: 1 });
  }
  const best = [...votes.values()].sort((a, b) => b.count - a.count)[0];
  return best?.dialect ?? dialectOfFragments(unparsed.join('\n'));
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line.charCodeAt(0) === 0xfeff ? line.slice(1) : line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function dialectOfObject(value: Readonly<Record<string, unknown>>): Dialect | null {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('line') && has('status') && has('attempt') && has('request')) return recognised('merged results');
  if (has('response') && (has('custom_id') || String(value.id).startsWith('batch_req_'))) {
    return recognised('OpenAI batch results');
  }
  if (has('result') && has('custom_id')) return recognised('Anthropic batch results');
  if (has('params') && has('custom_id') && !has('body')) return recognised('Anthropic requests');
  if (has('key') && has('request')) return recognised('Gemini requests');
  if (has('key') && (has('response') || has('error'))) return recognised('Gemini batch results');
  if (has('recordId') || has('modelInput')) return recognised('Bedrock records');
  if (has('modelOutput')) return recognised('Bedrock batch results');
  if (has('custom_id') && (has('body') || has('url') || has('method'))) return openai;
  return has('url') && has('body') && isRequestWithoutId(value) ? openai : null;
}

/** Issues, comments and HTTP logs have a url and a body too; only a batch's has an API's path or names a model. */
function isRequestWithoutId({ url, body }: Readonly<Record<string, unknown>>): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  return (typeof url === 'string' && url.startsWith('/v1/')) || Object.hasOwn(body, 'model');
}

/** For lines that do not parse: arrays, pretty-printed objects, a broken first line. */
function dialectOfFragments(text: string): Dialect | null {
  const names = (key: string): boolean => text.includes(`"${key}"`);
  if (!names('custom_id')) return null;
  if (names('body') || names('url') || names('method')) return openai;
  return names('params') ? recognised('Anthropic requests') : null;
}
