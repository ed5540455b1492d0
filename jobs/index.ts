// The door of jobs: what happens to a batch at a provider.
import { batchApiOf } from '#core';
import type { Account } from './accounts.ts';
import type { BatchProvider, Patience } from './port.ts';

export { stateHome } from '#files';
export {
  type Account,
  type AccountAnswer,
  type AccountProblem,
  accountFromEnvironment,
  accountOf,
  accountWhereMade,
  checkJobAccount,
  type EnvironmentRequest,
  keyLabel,
  openaiBaseUrl,
  providerName,
  simulatorAccount,
  simulatorProfile,
} from './accounts.ts';
export { type Kept, keepLesson } from './calibrationStore.ts';
export {
  type CountingAccount,
  type CountingAccountAnswer,
  countingAccountFrom,
  countingAccountOf,
  countingName,
  simulatorCounting,
} from './counting/account.ts';
export {
  countFile,
  countingNotice,
  countLines,
  type FileCount,
  type FileToCount,
  linesToCount,
} from './counting/countFile.ts';
export {
  type CountReport,
  countSample,
  type ModelCount,
  type SampleToCount,
} from './counting/countSample.ts';
export type { Driven, DriveOptions } from './driver.ts';
export { type JobsEnvironment, settleMsFrom } from './environment.ts';
export type { Intended } from './intend.ts';
export { type JobJson, toJobJson } from './jobJson.ts';
export { type Learn, learnFromJob } from './learnFromJob.ts';
export { defaultResultsPath, type NotMade, type SubmitRequest } from './makeJob.ts';
export { type MergedJob, mergeJob, mergeReportName } from './mergeJob.ts';
export {
  blockedBy,
  type CheckedFile,
  mostUsd,
  type Plan,
  planLines,
  planOf,
  planTitle,
  providerLabel,
  unfitToSend,
} from './plan.ts';
export type {
  Answer,
  ApiProblem,
  BatchMark,
  BatchProvider,
  BatchSearch,
  CreateRequest,
  FoundBatch,
  ListedBatch,
  PartBytes,
  Patience,
  UploadRequest,
} from './port.ts';
export { useProxyFromEnvironment } from './proxy.ts';
export { type FollowOptions, JobRunner, type RetryAnswer, type Submitted } from './runner.ts';
export { type JobList, JobStore, type UnreadableJob } from './store.ts';
export { StoreError } from './storeError.ts';

/** The adapter for an account; its SDK is loaded here and not before. */
export async function providerFor(account: Account, patience?: Patience): Promise<BatchProvider> {
  switch (batchApiOf(account.provider)?.kind) {
    case 'openai': {
      const { OpenAIProvider } = await import('./providers/openai.ts');
      return new OpenAIProvider(account, patience);
    }
    default:
      throw new Error(`There is no adapter for ${account.provider}.`);
  }
}
