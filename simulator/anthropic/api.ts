// The simulated Anthropic account: which calls it knows, and what it says before and instead of answering them.
import { FaultCounter } from '../faults.ts';
import type { Api, ApiOptions, Call, Reply } from '../http.ts';
import { Records } from '../records.ts';
import { type BatchesApiContext, batchRoutes } from './batchesApi.ts';
import type { BatchRecord } from './batchRecord.ts';
import { BatchRunner } from './batchRunner.ts';
import { invalid, notFound, refusal, serverError } from './errors.ts';
import { messageRoutes } from './messagesApi.ts';

const versions: readonly unknown[] = ['2023-06-01', '2026-10-21'];

/** Keeps its state under `options.folder`. */
export function createAnthropicApi(options: ApiOptions): Api {
  const { folder, faults, now, signal } = options;
  const batches = Records.open<BatchRecord>(folder);
  const context: BatchesApiContext = {
    ...{ folder, batches, faults, now, signal },
    counter: new FaultCounter(),
    durationMs: options.durationMs,
    limitBytes: options.maxFileSizeBytes,
  };
  const runner = new BatchRunner(context);
  return {
    routes: [...batchRoutes(context, runner), ...messageRoutes(context)],
    guard: (call) => headerRefusal(call) ?? struck(context),
    unknown: () => refusal(notFound('Not found')),
    failure: () => refusal(serverError),
    stats: () => ({ batches: batches.all().length, files: 0 }),
    dispose: () => runner.dispose(),
  };
}

/** The faults that strike whatever is called. */
function struck({ counter, faults }: BatchesApiContext): Reply | null {
  if (counter.strikes('429', faults['429'])) {
    const message = 'This request would exceed your rate limit.';
    return refusal({ type: 'rate_limit_error', message }, { 'retry-after': String(faults['retry-after']) });
  }
  if (counter.strikes('500', faults['500'])) return refusal(serverError);
  return counter.strikes('stall', faults.stall) ? { kind: 'stall' } : null;
}

/** Any key will do, and none; one that begins `sk-invalid` is there to see what a wrong key looks like. */
function headerRefusal({ request: { headers } }: Call): Reply | null {
  // The SDK sends it as a bearer (1.12.0), others in the header of its own.
  const key = String(headers['x-api-key'] ?? headers.authorization ?? '').replace(/^Bearer /, '');
  if (key.startsWith('sk-invalid')) {
    return refusal({ type: 'authentication_error', message: 'invalid x-api-key' });
  }
  const version = headers['anthropic-version'];
  if (version === undefined) return refusal(invalid('anthropic-version: header is required'));
  if (!versions.includes(version)) {
    return refusal(invalid(`anthropic-version: "${String(version)}" is not a valid version`));
  }
  return null;
}
