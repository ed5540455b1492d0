// The door of jobs: what happens to a batch at a provider.
import { batchApiOf } from '#core';
import type { Account } from './accounts/accounts.ts';
import type { BatchProvider, Patience } from './providers/port.ts';

export { stateHome } from '#files';
export {
  type Account,
  type AccountAnswer,
  type AccountProblem,
  accountOf,
  accountWhereMade,
  checkedFor,
  checkJobAccount,
  keyLabel,
  providerLabel,
  providerName,
  simulatorProfile,
  withoutLogin,
} from './accounts/accounts.ts';
export {
  accountForJob,
  accountFromEnvironment,
  type EnvironmentRequest,
  profileOf,
  simulatedAccount,
  simulatorAccount,
} from './accounts/environmentAccounts.ts';
export type { Profile, Profiles } from './accounts/profiles.ts';
export {
  isSendableProvider,
  type ProviderPlace,
  providerPlaces,
  type SendableProvider,
  sendableProviders,
} from './accounts/providerPlaces.ts';
export { useProxyFromEnvironment } from './accounts/proxy.ts';
export {
  noSettings,
  readSettings,
  readSettingsFile,
  type Settings,
  type SettingsAnswer,
  type SettingsFile,
} from './accounts/settings.ts';
export {
  type CountingAccount,
  type CountingAccountAnswer,
  countingAccountFrom,
  countingAccountOf,
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
export { type JobsEnvironment, settleMsFrom } from './environment.ts';
export { type JobJson, toJobJson } from './jobJson.ts';
export { adoptBatch, listRemote, type RemoteListing } from './life/adoptBatch.ts';
export {
  askOf,
  type HandAnswer,
  type MergedAgain,
  mergedAgain,
  type Resolution,
  resolveJob,
} from './life/byHand.ts';
export type { Driven, DriveOptions } from './life/driver.ts';
export type { Intended } from './life/intend.ts';
export { type Learn, learnFromJob } from './life/learnFromJob.ts';
export { defaultResultsPath, type NotMade, type ReusedAnswers, type SubmitRequest } from './life/makeJob.ts';
export { type MergedJob, mergeJob, mergeReportName } from './life/mergeJob.ts';
export { isReplaced } from './life/resultsPlace.ts';
export { hopelessWords, type RetryChoice, writeUnanswered } from './life/retryJob.ts';
export { type FollowOptions, JobRunner, type Submitted } from './life/runner.ts';
export { type ModelChoice, modelChoices } from './plan/modelChoice.ts';
export {
  batchModelOf,
  blockedBy,
  type CheckedFile,
  mostUsd,
  type Plan,
  planOf,
  unfitToSend,
  wrongReceiver,
} from './plan/plan.ts';
export type { PlannedReuse } from './plan/planReuse.ts';
export { planLines, planTitle } from './plan/planWords.ts';
export {
  type FoundAnswers,
  findAnswers,
  mayHaveAnswers,
  mergeAnswers,
  type Reuse,
  type ReuseQuestion,
  withReuse,
} from './plan/reuse.ts';
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
} from './providers/port.ts';
export { HttpSender } from './run/httpSender.ts';
export type { SyncAnswer, SyncProvider, SyncRequest } from './run/port.ts';
export { type PrunedRuns, pruneRuns } from './run/pruneRuns.ts';
export { estimateRest, type RestEstimate } from './run/restEstimate.ts';
export type { RunEnd, RunProgress, RunTally } from './run/rowRun.ts';
export type { RowStateCounts } from './run/rowStates.ts';
export { type RunAnswer, type RunReport, type RunRequest, runFile } from './run/runFile.ts';
export { lookAtRun, type RunFolder, type RunIdentity, runFolderOf } from './run/runFolder.ts';
export {
  mostRunUsd,
  notOfRuns,
  type RunPlan,
  runBlockedBy,
  runPlanLines,
  runTitle,
} from './run/runPlan.ts';
export { readTry, type Tried, type TriedLine, tryMostUsd, tryRequest, tryWords } from './run/tryRequest.ts';
export { keepLesson } from './store/calibrationStore.ts';
export type { Kept } from './store/homeFile.ts';
export { type KeptJob, type Pruned, type PruneOptions, pruneJobs } from './store/prune.ts';
export { keepRunSpend, keepSpend, type MonthSpendAnswer, monthSpend } from './store/spend.ts';
export { type JobList, JobStore, type UnreadableJob } from './store/store.ts';
export { StoreError } from './store/storeError.ts';

/** The adapter for an account; its SDK is loaded here and not before. */
export async function providerFor(account: Account, patience?: Patience): Promise<BatchProvider> {
  switch (batchApiOf(account.provider)?.kind) {
    case 'openai': {
      const { OpenAIProvider } = await import('./providers/openai.ts');
      return new OpenAIProvider(account, patience);
    }
    case 'anthropic': {
      const { AnthropicProvider } = await import('./providers/anthropic.ts');
      return new AnthropicProvider(account, patience);
    }
    case 'gemini': {
      const { GeminiProvider } = await import('./providers/gemini.ts');
      return new GeminiProvider(account, patience);
    }
    default:
      throw new Error(`There is no adapter for ${account.provider}.`);
  }
}
