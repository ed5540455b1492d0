// Check and exact tokens in one pass over a file, as before a submit; runs in a process of its own, over the built bundles.
// Arguments: the address of dist/files.js, the file, the options of the check as JSON.
import type { CheckFileOptions } from '#files';

export interface CheckAndEstimate {
  readonly requests: number;
  readonly problems: number;
  readonly inputTokens: number | null;
  readonly sha256: string;
}

const [files = '', path = '', json = ''] = process.argv.slice(2);
const { checkFile, WorkerPool } = (await import(files)) as typeof import('#files');
const options = JSON.parse(json) as CheckFileOptions;
const pool = new WorkerPool();
const { report, estimate, sha256 } = await checkFile(path, {
  ...options,
  ...{ estimate: 'summary', sha256: true, pool },
});
await pool.dispose();
const answer: CheckAndEstimate = {
  requests: report.requests,
  problems: Object.values(report.counts).reduce((sum, count) => sum + count, 0),
  inputTokens: estimate.summary.inputTokens,
  sha256,
};
console.log(JSON.stringify(answer));
