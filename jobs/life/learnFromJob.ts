// After a job: its results against what was estimated, kept for the next estimates. What the simulator made up teaches nothing.
import { familyOf, type Job, type ModelEvidence, placeOf } from '#core';
import type { RowsToLearnFrom } from '#files';
import { simulatorProfile } from '../accounts/accounts.ts';
import type { JobsEnvironment } from '../environment.ts';
import { keepLesson } from '../store/calibrationStore.ts';

/** In the editor this runs in a worker. */
export type Learn = (
  rows: RowsToLearnFrom,
  options: { readonly signal: AbortSignal },
) => Promise<readonly ModelEvidence[]>;

/** What answers here has no tokens, and its input is counted exactly; its results are large. */
const nothingToLearn: ReadonlySet<string> = new Set(['/v1/embeddings', '/v1/moderations']);

/** Never rejects: the results do not depend on it. */
export async function learnFromJob(env: JobsEnvironment, job: Job, signal: AbortSignal): Promise<void> {
  const { rows, account, model, provider } = job;
  if (env.learn === undefined || !job.resultsReady || rows === null || rows.succeeded === 0) return;
  if (account.profile === simulatorProfile || nothingToLearn.has(job.endpoint)) return;
  try {
    const count = rows.succeeded + rows.failed + rows.expired + rows.cancelled + rows.missing;
    const at = job.updatedAt;
    const wanted = { path: job.resultsPath, rows: count, provider, model, today: at.slice(0, 10) };
    const models = await env.learn(wanted, { signal });
    const place = placeOf(account.baseUrl);
    await keepLesson(env.store.home, {
      ...{ id: job.id, source: 'job', at, place, models },
      provider: familyOf(provider),
    });
  } catch {
    // A merged file that was moved away at once, or a window that closes.
  }
}
