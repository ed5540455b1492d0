// The simulated OpenAI account: which calls it knows, and what it says before and instead of answering them.
import { join } from 'node:path';
import { FaultCounter } from '../faults.ts';
import { FileStore } from '../fileStore.ts';
import type { Api, ApiOptions, Call, Reply } from '../http.ts';
import { Records } from '../records.ts';
import { batchRoutes } from './batchesApi.ts';
import type { BatchRecord } from './batchRecord.ts';
import { BatchRunner } from './batchRunner.ts';
import type { AccountContext } from './context.ts';
import { endpoints } from './endpoints.ts';
import { invalidRequest, refusal, serverError } from './errors.ts';
import { fileRoutes } from './filesApi.ts';
import { inputTokensRoute } from './inputTokens.ts';
import { syncRoutes } from './syncRoutes.ts';

type Flavour = Pick<AccountContext, 'endpoints' | 'hasEmptyFiles'>;

const openai: Flavour = { endpoints, hasEmptyFiles: false };

/** Keeps its state under `options.folder`. */
export function createOpenAiApi(options: ApiOptions, flavour: Flavour = openai): Api {
  const context: AccountContext = {
    files: FileStore.open(join(options.folder, 'files')),
    batches: Records.open<BatchRecord>(join(options.folder, 'batches')),
    faults: options.faults,
    counter: new FaultCounter(),
    durationMs: options.durationMs,
    maxFileSizeBytes: options.maxFileSizeBytes,
    now: options.now,
    signal: options.signal,
    ...flavour,
  };
  const runner = new BatchRunner(context);
  return {
    routes: [
      ...fileRoutes(context, (id) => runner.readsFile(id)),
      ...batchRoutes(context, runner),
      inputTokensRoute,
      ...syncRoutes(context),
    ],
    guard: (call) => keyRefusal(call) ?? struck(context),
    unknown: (method, path) => refusal(404, invalidRequest(`Invalid URL (${method} ${path})`, null, null)),
    failure: () => refusal(500, serverError),
    stats: () => ({
      batches: context.batches.all().length,
      files: context.files.all(context.now()).length,
    }),
    dispose: () => runner.dispose(),
  };
}

/** Any key will do, and none; one that begins `sk-invalid` is there to see what a wrong key looks like. */
function keyRefusal(call: Call): Reply | null {
  if (!/^Bearer sk-invalid/.test(call.request.headers.authorization ?? '')) return null;
  const message =
    'Incorrect API key provided: sk-inval***. You can find your API key at https://platform.openai.com/account/api-keys.';
  return refusal(401, invalidRequest(message, null, 'invalid_api_key'));
}

/** The faults that strike whatever is called. */
function struck({ counter, faults }: AccountContext): Reply | null {
  if (counter.strikes('429', faults['429'])) {
    const message = 'Rate limit reached for requests. Please try again later.';
    const error = { message, type: 'requests', param: null, code: 'rate_limit_exceeded' };
    return refusal(429, error, { 'retry-after': String(faults['retry-after']) });
  }
  if (counter.strikes('500', faults['500'])) return refusal(500, serverError);
  return counter.strikes('stall', faults.stall) ? { kind: 'stall' } : null;
}
