// The door of jobs: what happens to a batch at a provider.
import { batchApiOf } from '#core';
import type { Account } from './accounts.ts';
import type { BatchProvider, Patience } from './port.ts';

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
  openaiBaseUrl,
  providerName,
  simulatorProfile,
  withoutLogin,
} from './accounts.ts';
export { adoptBatch, listRemote, type RemoteListing } from './adoptBatch.ts';
export { askOf, type HandAnswer, type Resolution, resolveJob } from './byHand.ts';
export { keepLesson } from './calibrationStore.ts';
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
export {
  accountForJob,
  accountFromEnvironment,
  type EnvironmentRequest,
  profileOf,
  simulatedAccount,
  simulatorAccount,
} from './environmentAccounts.ts';
export type { Kept } from './homeFile.ts';
export type { Intended } from './intend.ts';
export { type JobJson, toJobJson } from './jobJson.ts';
export { type Learn, learnFromJob } from './learnFromJob.ts';
export { defaultResultsPath, type NotMade, type ReusedAnswers, type SubmitRequest } from './makeJob.ts';
export { type MergedJob, mergeJob, mergeReportName } from './mergeJob.ts';
export { type ModelChoice, modelChoices } from './modelChoice.ts';
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
  wrongReceiver,
} from './plan.ts';
export type { PlannedReuse } from './planReuse.ts';
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
export type { Profile, Profiles } from './profiles.ts';
export {
  isSendableProvider,
  type ProviderPlace,
  providerPlaces,
  type SendableProvider,
  sendableProviders,
} from './providerPlaces.ts';
export { useProxyFromEnvironment } from './proxy.ts';
export { type Pruned, type PruneOptions, pruneJobs } from './prune.ts';
export { hopelessWords, type RetryChoice, writeUnanswered } from './retryJob.ts';
export {
  type FoundAnswers,
  findAnswers,
  mayHaveAnswers,
  mergeAnswers,
  type Reuse,
  type ReuseQuestion,
  withReuse,
} from './reuse.ts';
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
  runPriceLine,
  runTitle,
} from './run/runPlan.ts';
export { readTry, type Tried, type TriedLine, tryMostUsd, tryRequest, tryWords } from './run/tryRequest.ts';
export { type FollowOptions, JobRunner, type RetryAnswer, type Submitted } from './runner.ts';
export {
  type AlertSettings,
  type BudgetSettings,
  noSettings,
  readSettings,
  readSettingsFile,
  type Settings,
  type SettingsAnswer,
  type SettingsFile,
  settingsName,
} from './settings.ts';
export { keepRunSpend, keepSpend, type MonthSpendAnswer, monthSpend, spendName } from './spend.ts';
export { type JobList, JobStore, type UnreadableJob } from './store.ts';
export { StoreError } from './storeError.ts';

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
