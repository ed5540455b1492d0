// What is handed to the engine to be sent: the file as it was checked, the plan that was agreed to, and the settings.
import type { Account, Plan, SubmitRequest } from '#jobs';
import type { Preflight } from './preflight.ts';
import { readDeletesUploads, readRetries } from './settings.ts';

export function requestOf(file: string, { check }: Preflight, account: Account, plan: Plan): SubmitRequest {
  const { sizeBytes, requests } = check.report;
  return {
    file,
    account,
    endpoint: plan.endpoint ?? '',
    model: plan.model,
    name: null,
    metadata: {},
    resultsPath: null,
    estimate: plan.estimate,
    retries: readRetries(),
    deletesUploads: readDeletesUploads(),
    parts: plan.cut.parts,
    queueTokens: plan.cut.queueTokens,
    checked: { sha256: check.sha256, sizeBytes, requests },
  };
}
