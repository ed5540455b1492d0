// What a run needs of a provider: one request, one answer, as the bytes of both are. Failures are values, never exceptions.
import type { ServerRoom } from '#core';
import type { Answer } from '../providers/port.ts';

export interface SyncRequest {
  /** With its version, as urls of lines have it. */
  readonly path: string;
  /** Null where neither line nor command names one. */
  readonly model: string | null;
  /** JSON, sent as it is. */
  readonly body: string;
}

export interface SyncAnswer {
  /** Whatever it is: also refusals are answers. */
  readonly status: number;
  readonly body: string;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  /** How much more may be asked, where the provider says so. */
  readonly room: ServerRoom | null;
}

export interface SyncProvider {
  /** The paid call. Sent once, never repeated by itself. @throws the signal's reason. */
  send(request: SyncRequest, signal: AbortSignal): Promise<Answer<SyncAnswer>>;
  /** The provider's words without keys, to be shown. */
  redact(message: string): string;
}
