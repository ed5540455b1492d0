// What is known of models: prices, limits, encodings, dates, as schemas/models.json has them.
import catalogueJson from '#schemas/models.json' with { type: 'json' };
import type { Encoding } from '../tokens/counter.ts';

/** USD per 1,000,000 tokens; null: none published. */
export interface TokenPrices {
  readonly input: number | null;
  readonly output: number | null;
  readonly cachedInput: number | null;
  readonly cacheWrite: number | null;
}

/** The same tokens at once and in a batch; null: not known. */
export interface PricePair {
  readonly standard: TokenPrices | null;
  readonly batch: TokenPrices | null;
}

/** How its text is counted: tokens of a public encoding times `ratio`. */
export interface Tokenizer {
  readonly encoding: Encoding;
  readonly ratio: number;
  /** 0: the encoding is public and is the model's own. */
  readonly errorPercent: number;
  readonly source: string;
}

export type Sampling = 'accepted' | 'deprecated' | 'default-only' | 'effort-none-only' | 'rejected';

/** What it does with parameters that others take. Doubtful facts: reason for warnings, not errors. */
export interface ModelParams {
  readonly chatOutputLimit?: string;
  readonly responsesOutputLimit?: string;
  readonly outputLimit?: string;
  readonly outputLimitRequired?: true;
  readonly maxTokensInChat?: 'deprecated' | 'rejected';
  readonly temperature?: Sampling;
  readonly topP?: Sampling;
  readonly topK?: Sampling;
  /** These and what follows are of Claude: kinds of thinking that it takes. */
  readonly thinking?: readonly string[];
  readonly thinkingDeprecated?: readonly string[];
  /** The highest effort at which it does without thinking up front. */
  readonly thinkingOffEffort?: string;
  readonly temperatureWithTopP?: 'rejected';
  readonly effort?: 'rejected';
  readonly prefill?: 'rejected';
  readonly systemMessages?: 'rejected';
  readonly forcedTools?: 'rejected';
  readonly inferenceGeo?: 'rejected';
  /** Tokens of the prompt that comes with tools: where calls are free, and where one is forced. */
  readonly toolPrompt?: readonly [number, number];
  /** Sees images up to 2,576 pixels without shrinking them. */
  readonly largeImages?: true;
  /** The provider's own pages say so: reason for errors, not only warnings. */
  readonly documented?: true;
  readonly logprobs?: Sampling;
  /** `frequency_penalty` and `presence_penalty`. */
  readonly penalties?: Sampling;
  readonly logitBias?: Sampling;
  readonly stop?: Sampling;
}

export interface Model extends PricePair {
  /** As the contract names it: openai, anthropic, gemini, mistral, groq, xai, together, fireworks. */
  readonly provider: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly snapshots: readonly string[];
  readonly endpoints: readonly string[];
  readonly contextTokens: number | null;
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  /** Of embedding models: the length of a vector, and whether a request may ask for a shorter one. */
  readonly vector: { readonly dimensions: number; readonly adjustable: boolean } | null;
  /** null: not known. */
  readonly batchSupported: boolean | null;
  /** Prices of a whole request with this many input tokens or more. */
  readonly longContext: (PricePair & { readonly fromTokens: number }) | null;
  /** Announced price changes, earliest first; `from` is an ISO date. */
  readonly schedule: readonly (PricePair & { readonly from: string })[];
  readonly tokenizer: Tokenizer;
  readonly reasoning: boolean;
  readonly efforts: readonly string[] | null;
  /** Of requests that state none; null: not known. */
  readonly defaultEffort: string | null;
  /** Functions in chat completions; null: taken like any other field. */
  readonly chatTools: 'rejected' | 'effort-none-only' | null;
  /** What a beta allows in a batch instead of `maxOutputTokens`. */
  readonly batchMaxOutputTokens: number | null;
  /** Input tokens that the lowest paid tier may have enqueued in batches. */
  readonly lowestQueueTokens: number | null;
  readonly params: ModelParams | null;
  /** On `pricesAsOf`; compare `shutdownDate` with today. */
  readonly status: 'active' | 'deprecated' | 'shut-down';
  /** ISO date. */
  readonly shutdownDate: string | null;
  readonly shutdownVerified: boolean;
  /** The date is the earliest possible one; none is set. */
  readonly shutdownIsEarliest: boolean;
  readonly replacement: string | null;
  readonly source: string;
  /** ISO date of the source. */
  readonly asOf: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly note: string | null;
}

/** What a provider says of its batches as a whole. */
export interface ProviderFacts {
  /** Share taken off the standard price; null when it differs by model and is not published. */
  readonly batchDiscount: number | null;
  readonly batchCachedInput?: boolean;
  /** Its models' context is for the input alone. */
  readonly contextIsInput?: true;
  /** Where `lowestQueueTokens` of its models was read. */
  readonly queueSource?: string;
  readonly batchEndpoints: readonly string[];
  readonly maxRequests?: number;
  readonly maxFileMb?: number;
  readonly defaults: { readonly kind: string; readonly tokenizer: string; readonly params: string };
  readonly source: string;
  readonly asOf: string;
}

type PriceList = readonly (number | null)[];

/** One entry of schemas/models.json; its JSON Schema says what each field means. */
interface Entry {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly snapshots?: readonly string[];
  readonly kind?: string;
  readonly context?: number;
  readonly maxInput?: number;
  readonly maxOutput?: number;
  readonly vector?: { readonly dimensions: number; readonly adjustable?: true };
  readonly standard?: PriceList;
  readonly batch?: PriceList | 'half';
  readonly batchSupported?: false | null;
  readonly long?: { readonly fromTokens: number; readonly standard: PriceList; readonly batch?: PriceList };
  readonly schedule?: readonly {
    readonly from: string;
    readonly standard: PriceList;
    readonly batch?: PriceList;
  }[];
  readonly tokenizer?: string;
  readonly reasoning?: true;
  readonly efforts?: readonly string[];
  readonly defaultEffort?: string;
  readonly chatTools?: 'rejected' | 'effort-none-only';
  readonly batchMaxOutput?: number;
  readonly queue?: number;
  readonly params?: string | null;
  readonly status?: 'deprecated' | 'shut-down';
  readonly shutdown?: string;
  readonly shutdownUnverified?: true;
  readonly shutdownEarliest?: true;
  readonly replacement?: string;
  readonly source: string;
  readonly asOf: string;
  readonly confidence?: 'medium' | 'low';
  readonly note?: string;
}

interface Catalogue {
  readonly asOf: string;
  readonly sources: Readonly<Record<string, string>>;
  readonly providers: Readonly<Record<string, ProviderFacts>>;
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  readonly tokenizers: Readonly<Record<string, Omit<Tokenizer, 'ratio'> & { readonly ratio?: number }>>;
  readonly params: Readonly<Record<string, ModelParams>>;
  readonly models: Readonly<Record<string, readonly Entry[]>>;
}

/** A test checks the file against its JSON Schema, and that every name in it resolves. */
const catalogue = catalogueJson as unknown as Catalogue;

/** ISO date on which the whole catalogue was last gone through. */
export const pricesAsOf: string = catalogue.asOf;

export const providerFacts: Readonly<Record<string, ProviderFacts>> = catalogue.providers;

function pricesOf(list: PriceList | undefined): TokenPrices | null {
  if (list === undefined) return null;
  const [input = null, output = null, cachedInput = null, cacheWrite = null] = list;
  return { input, output, cachedInput, cacheWrite };
}

function batchPricesOf(entry: Entry, provider: ProviderFacts): TokenPrices | null {
  if (entry.batch !== 'half') return pricesOf(entry.batch);
  const standard = pricesOf(entry.standard);
  const { batchDiscount } = provider;
  if (standard === null || batchDiscount === null) return null;
  const reduced = (price: number | null): number | null =>
    price === null ? null : price * (1 - batchDiscount);
  return {
    input: reduced(standard.input),
    output: reduced(standard.output),
    cachedInput: provider.batchCachedInput ? reduced(standard.cachedInput) : null,
    cacheWrite: null,
  };
}

function tokenizerNamed(name: string): Tokenizer {
  return { ratio: 1, ...catalogue.tokenizers[name]! };
}

function modelOf(providerName: string, entry: Entry): Model {
  const provider = catalogue.providers[providerName]!;
  const params = entry.params === undefined ? provider.defaults.params : entry.params;
  const pair = (prices: { readonly standard: PriceList; readonly batch?: PriceList }): PricePair => ({
    standard: pricesOf(prices.standard),
    batch: pricesOf(prices.batch),
  });
  return {
    provider: providerName,
    id: entry.id,
    aliases: entry.aliases ?? [],
    snapshots: entry.snapshots ?? [],
    endpoints: catalogue.kinds[entry.kind ?? provider.defaults.kind]!,
    contextTokens: entry.context ?? null,
    maxInputTokens: entry.maxInput ?? null,
    maxOutputTokens: entry.maxOutput ?? null,
    vector: entry.vector ? { adjustable: false, ...entry.vector } : null,
    standard: pricesOf(entry.standard),
    batch: batchPricesOf(entry, provider),
    batchSupported: entry.batchSupported === undefined ? true : entry.batchSupported,
    longContext: entry.long ? { ...pair(entry.long), fromTokens: entry.long.fromTokens } : null,
    schedule: (entry.schedule ?? []).map((change) => ({ ...pair(change), from: change.from })),
    tokenizer: tokenizerNamed(entry.tokenizer ?? provider.defaults.tokenizer),
    reasoning: entry.reasoning ?? false,
    efforts: entry.efforts ?? null,
    defaultEffort: entry.defaultEffort ?? null,
    chatTools: entry.chatTools ?? null,
    batchMaxOutputTokens: entry.batchMaxOutput ?? null,
    lowestQueueTokens: entry.queue ?? null,
    params: params === null ? null : catalogue.params[params]!,
    status: entry.status ?? 'active',
    shutdownDate: entry.shutdown ?? null,
    shutdownVerified: !entry.shutdownUnverified,
    shutdownIsEarliest: entry.shutdownEarliest ?? false,
    replacement: entry.replacement ?? null,
    source: catalogue.sources[entry.source]!,
    asOf: entry.asOf,
    confidence: entry.confidence ?? 'high',
    note: entry.note ?? null,
  };
}

let all: readonly Model[] | null = null;

/** Every entry, in the order of the file. */
export function allModels(): readonly Model[] {
  all ??= Object.entries(catalogue.models).flatMap(([provider, entries]) =>
    entries.map((entry) => modelOf(provider, entry)),
  );
  return all;
}

/** How text of a model is counted whose encoding is not known. */
export const unpublishedTokenizer: Tokenizer = tokenizerNamed('unpublished');
