// Which models does the simulated provider run? By the shape of the id, less those that are known to be gone.

const shapes =
  /^(gpt-|chatgpt-|o\d|ft:|text-embedding-|text-moderation-|omni-moderation-|codex-|computer-use-|babbage-|davinci-)/;

/** Shut down by 2026-11-21 (shutdown dates in the comments of the openai SDK 7.55), or named there as never real. */
// The models of /v1/completions (shut down 2026-09-28) still run here: at that endpoint nothing else could be tried.
const gone = new Set([
  'gpt-3.5-turbo',
  'gpt-4',
  'gpt-4-turbo',
  'gpt-4.1-nano',
  'gpt-4o-2024-05-13',
  'gpt-4o-search-preview',
  'gpt-4o-mini-search-preview',
  'gpt-5-chat-latest',
  'gpt-5.1-chat-latest',
  'gpt-5.1-codex',
  'gpt-5.1-mini',
  'gpt-5.2-chat-latest',
  'gpt-5.3-chat-latest',
  'o1',
  'o3-mini',
  'o4-mini',
]);

/** Whether a batch may name this model; snapshots (`-2024-07-18`, `-0613`) go with their model. */
export function runsInBatch(model: string): boolean {
  if (!shapes.test(model)) return false;
  return !gone.has(model) && !gone.has(model.replace(/-(\d{4}-\d{2}-\d{2}|\d{4})$/, ''));
}

/** What an alias stands for in answers; an id that is not here answers under its own name. */
const snapshots: Readonly<Record<string, string>> = {
  'gpt-3.5-turbo-instruct': 'gpt-3.5-turbo-instruct:20230824-v2',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
  o3: 'o3-2025-04-16',
  'text-embedding-ada-002': 'text-embedding-ada-002-v2',
};

export function snapshotOf(model: string): string {
  return Object.hasOwn(snapshots, model) ? (snapshots[model] as string) : model;
}

/** Models that think before they answer: they take max_completion_tokens only. */
export function reasons(model: string): boolean {
  return /^(o\d|gpt-[56](\.\d+)?(-|$)|codex-)/.test(model) && !/-chat(-|$)/.test(model);
}

/** Unless its request tells it not to. */
export function thinks(model: unknown, effort: unknown): boolean {
  return reasons(String(model)) && effort !== 'none';
}

/**
 * Whether sampling parameters are refused: by reasoning models whose effort is not `none`. From GPT-5.1 to 5.6 a request
 * that names no effort is let through, because the default of those models is `none` or not established.
 */
export function refusesSampling(model: string, effort: unknown): boolean {
  if (!thinks(model, effort)) return false;
  return typeof effort === 'string' || !/^gpt-5\.\d/.test(model);
}

/** What a model is for. */
export function familyOf(model: string): 'chat' | 'embeddings' | 'completions' | 'moderations' {
  if (/^(ft:)?text-embedding-/.test(model)) return 'embeddings';
  if (/^(omni|text)-moderation-/.test(model)) return 'moderations';
  return /^(ft:)?(gpt-3\.5-turbo-instruct|babbage-002|davinci-002)/.test(model) ? 'completions' : 'chat';
}

/** The length of its vectors, and the most that `dimensions` may ask for. */
export function dimensionsOf(model: string): number {
  return model.startsWith('text-embedding-3-large') ? 3072 : 1536;
}

export function takesDimensions(model: string): boolean {
  return !model.startsWith('text-embedding-ada-');
}
