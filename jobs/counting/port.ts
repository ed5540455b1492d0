// What is asked of a provider's counting endpoint, and what can come of it. Failures are values; nothing quotes a request.

/** A request as its line has it. */
export interface CountableRequest {
  /** The endpoint's, as its dialect has it. */
  readonly url: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Counted =
  | { readonly kind: 'counted'; readonly tokens: number }
  /** It was not sent: the endpoint has no word for something in it, named in a clause. */
  | { readonly kind: 'skipped'; readonly reason: string }
  /** The provider would not count this one; others may do. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is of no use to go on; one sentence and what to do. */
  | { readonly kind: 'stopped'; readonly message: string };

export interface RemoteCounter {
  /** One call, repeated by the SDK where the provider asks for patience. @throws the signal's reason. */
  count(request: CountableRequest, signal: AbortSignal): Promise<Counted>;
}

/** The SDKs wait between tries as the provider says. */
export const countingRetries = 2;
export const countingTimeoutMs = 60_000;
