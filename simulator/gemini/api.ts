// The simulated Gemini account: which calls it knows, and what it says before and instead of answering them.
import { join } from 'node:path';
import { FaultCounter } from '../faults.ts';
import { FileStore } from '../fileStore.ts';
import type { Api, ApiOptions, Reply } from '../http.ts';
import { Records } from '../records.ts';
import { batchRoutes } from './batchesApi.ts';
import type { BatchRecord } from './batchRecord.ts';
import { BatchRunner } from './batchRunner.ts';
import type { GeminiContext } from './context.ts';
import { keyRefusal, notFound, serverError, tooMany } from './errors.ts';
import { fileRoutes } from './filesApi.ts';
import { modelRoute } from './modelsApi.ts';

/** Keeps its state under `options.folder`. */
export function createGeminiApi(options: ApiOptions): Api {
  const { folder, faults, durationMs, now, signal } = options;
  const context: GeminiContext = {
    files: FileStore.open(join(folder, 'files')),
    batches: Records.open<BatchRecord>(join(folder, 'batches')),
    counter: new FaultCounter(),
    ...{ faults, durationMs, now, signal },
  };
  const runner = new BatchRunner(context);
  return {
    routes: [
      ...fileRoutes(context, (id) => runner.readsFile(id)),
      ...batchRoutes(context, runner),
      modelRoute(context, runner),
    ],
    guard: ({ request }) => keyRefusal(request.headers['x-goog-api-key']) ?? struck(context),
    unknown: notFound,
    failure: serverError,
    stats: () => ({ batches: context.batches.all().length, files: context.files.all(now()).length }),
    dispose: () => runner.dispose(),
  };
}

/** The faults that strike whatever is called. */
function struck({ counter, faults }: GeminiContext): Reply | null {
  if (counter.strikes('429', faults['429'])) return tooMany(faults['retry-after']);
  if (counter.strikes('500', faults['500'])) return serverError();
  return counter.strikes('stall', faults.stall) ? { kind: 'stall' } : null;
}
