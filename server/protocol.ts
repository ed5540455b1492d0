// What server and client say to each other beyond standard LSP. The only place where these names are declared.
import type { CountMethod, Expectation, PriceOrigin, Provider, ProviderFamily, Severity } from '#core';

/** Kind of the code action that applies every safe fix, for `editor.codeActionsOnSave` and the like. */
export const fixAllKind = 'source.fixAll.llmBatch';
/** The same for errors alone; offered only when it is asked for by this name. */
export const fixErrorsKind = 'source.fixAll.llmBatch.errors';

/**
 * workspace/executeCommand: saves a file as UTF-8 with LF at line ends, on disk. Arguments: its URI, and FixOnDiskOptions or
 * nothing. Result: whether the file is another one now.
 */
export const fixOnDiskCommand = 'llmBatch.fixOnDisk';

export interface FixOnDiskOptions {
  /** A person chose to have it read in the encoding that it is likely, but not certain, to have. */
  readonly chosen?: boolean;
  /** What the client knows better than the server: whether the document is as it is on disk. */
  readonly saved?: boolean;
}

/**
 * Client → server: all files that are open in the editor and too large to be sent as documents; replaces the list that was
 * sent before. They are checked from disk when they come into the list, and again whenever they change on disk.
 */
export const largeFilesNotification = 'llmBatch/largeFiles';

export interface LargeFilesParams {
  readonly uris: readonly string[];
}

/** Client → server, for open documents and large files alike: which requests have this id or this text? Result: FoundRequests. */
export const findRequestsRequest = 'llmBatch/findRequests';

export interface FindRequestsParams {
  readonly uri: string;
  /** Compared with custom_ids first, then with the text of the lines as it is written there; without regard to case. */
  readonly query: string;
  /** Matches to return at most. */
  readonly limit: number;
}

export interface FoundRequests {
  /** Ids that are equal, ids that begin so, ids that contain it, then texts; within each by line. */
  readonly matches: readonly FoundRequest[];
  /** There are more than `limit`. */
  readonly truncated: boolean;
}

export interface FoundRequest {
  /** 0-based, as lines of the file (which end at LF only). */
  readonly line: number;
  readonly customId: string | null;
  readonly by: 'id' | 'text';
  /** One line: where the text was found, with what stands around it; for an id the beginning of what is asked. */
  readonly preview: string;
}

/** Client → server: one request alone, to be read. Result: RequestText, or null when the file has no such line now. */
export const readRequestRequest = 'llmBatch/readRequest';

export interface ReadRequestParams {
  readonly uri: string;
  /** 0-based. */
  readonly line: number;
}

export interface RequestText {
  readonly customId: string | null;
  /** Indented; every number and string as it is written. A line that is no JSON: as it is. */
  readonly text: string;
  readonly isJson: boolean;
  /** As in FoundRequest, for an id. */
  readonly preview: string;
  /** 0-based, as editors count: for them a lone carriage return ends a line, too. */
  readonly editorLine: number;
}

/**
 * Client → server, just before a large document is opened: its first lines, so that their problems are shown while the
 * document is on its way. Other editors may leave it out. Result: whether there are problems to be seen; they were sent before.
 */
export const beginningRequest = 'llmBatch/beginning';

/** The first lines of a document, whole, each with its end. */
export interface Beginning {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** Server → client, after each check: totals of one file, or that it is no batch file (any more). */
export const summaryNotification = 'llmBatch/summary';

export type SummaryParams =
  | FileSummary
  | {
      readonly uri: string;
      readonly provider: null;
      /** Of a large file, why nothing is known of it: one sentence (it is gone, or cannot be read). */
      readonly limited?: string;
    };

export interface FileSummary {
  readonly uri: string;
  readonly version: number | null;
  readonly provider: Provider;
  /** Whether this version can send such requests. */
  readonly sendable: boolean;
  readonly endpoint: string | null;
  readonly requests: number;
  readonly sizeBytes: number;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly models: readonly string[];
  /** Null until the first tokens are counted. */
  readonly estimate: SummaryEstimate | null;
  /**
   * True while tokens of changed lines are still being counted. Of a large file: while it is checked; the figures are those of
   * its first lines then, without an estimate, or of the file as it was.
   */
  readonly counting: boolean;
  /** In words, what was not done for this file and why; null when nothing was left out. */
  readonly limited: string | null;
}

export interface SummaryEstimate {
  readonly inputTokens: number | null;
  readonly inputMethod: CountMethod;
  readonly inputErrorPercent: number | null;
  readonly outputMaxTokens: number | null;
  readonly batchUsd: { readonly input: number | null; readonly outputMax: number | null };
  readonly syncUsd: { readonly input: number | null; readonly outputMax: number | null };
  readonly savingsUsd: number | null;
  /** By what earlier answers used; null where nothing is known of that. */
  readonly expected: Expectation | null;
  readonly pricesAsOf: string;
  /** Whose prices decide where the list that ships has others; null: nobody's. */
  readonly pricedBy: PriceOrigin | null;
  /** Requests whose input could not be counted; they make the totals unknown. */
  readonly unknownRequests: number;
}

/** What the client hands over at start; other editors may leave all of it out. */
export interface InitializationOptions {
  /** Wait after a keystroke before checking, in ms; 0 checks at once. Default 150. */
  readonly debounceMs?: number;
  /** The client can run `llmBatch.submit` and friends, so lenses may carry them. */
  readonly clientCommands?: boolean;
  /** The first settings; later ones come by workspace/didChangeConfiguration. */
  readonly settings?: ServerSettings;
}

/** The part of `llmBatch.*` the server reads. */
export interface ServerSettings {
  /** As in `.llm-batch.json`; read by core's `readConfiguration`. */
  readonly provider?: string;
  readonly model?: string;
  readonly severity?: Readonly<Record<string, string>>;
  readonly prices?: Readonly<Record<string, unknown>>;
  /** A whole path, or one that begins with `~/`. */
  readonly priceFile?: string;
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly calibration?: Readonly<Record<string, unknown>>;
  readonly anthropic?: { readonly apiVersion?: string };
  /**
   * Where requests to openai, anthropic and gemini would be sent, where that is not the provider's own address: what was
   * learnt there holds there. Left out: as the environment says.
   */
  readonly baseUrls?: Readonly<Partial<Record<ProviderFamily, string>>>;
  readonly inlayHints?: boolean;
  readonly codeLens?: boolean;
}
