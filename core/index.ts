// The door of core: what the other folders may use.

export {
  basisOf,
  EvidenceTally,
  type InputEvidence,
  type ModelEvidence,
  type OutputEvidence,
  type UsedRow,
} from './calibration/evidence.ts';
export {
  type Evidence,
  type EvidenceEntry,
  type EvidenceFile,
  type Lesson,
  readEvidence,
  withLesson,
  writeEvidence,
} from './calibration/evidenceFile.ts';
export { errorPercentOf, learnedAt } from './calibration/learned.ts';
export {
  familyOf,
  isLoopbackPlace,
  ownBaseUrls,
  ownPlaces,
  type Places,
  type ProviderFamily,
  placeOf,
  placesOf,
  providerVariables,
} from './calibration/places.ts';
export { type ExpectedOutput, type Learned, type LearnedModels, learnedKey } from './calibration/ratio.ts';
export { BatchFile, type FileReport, type ReportOptions } from './check/batchFile.ts';
export { type CheckJsonFile, type CheckJsonProblem, toCheckJson } from './check/checkJson.ts';
export {
  type CheckLineOptions,
  checkLine,
  checkReadLine,
  type LineFacts,
  type ReadLine,
  readLine,
  unchecked,
} from './check/checkLine.ts';
export { checkName } from './check/checkName.ts';
export { checkResultLine } from './check/checkResult.ts';
export type { CountByCode } from './check/collector.ts';
export type { Finding, Where } from './check/finding.ts';
export { findLoneCr, loneCrFinding } from './check/loneCr.ts';
export { checkDefaultModel } from './check/model.ts';
export { QueueSums } from './check/queue.ts';
export { type LineFinding, TokenFindings } from './check/tokenFindings.ts';
export {
  type AnthropicVersion,
  type CalibrationEntry,
  type Configuration,
  configurationOf,
  defaultConfiguration,
} from './configuration.ts';
export { detectFile, type FileKind, sampleLines } from './dialects/detect.ts';
export { type Dialect, isSendable, type Provider, providers } from './dialects/dialect.ts';
export { bareModel } from './dialects/gemini.ts';
export { defaultModel, partsOf, type RequestParts } from './dialects/parts.ts';
export { dialectOf } from './dialects/table.ts';
export * from './figures.ts';
export { queryPattern, type Searched } from './find/queryPattern.ts';
export {
  bestMatches,
  customIdOf,
  type MatchOptions,
  previewOfRequest,
  type RankedMatches,
  type RequestMatch,
  RequestMatches,
} from './find/requestMatches.ts';
export { applyEdit, type LineEdit, lineEdit } from './fix/edit.ts';
export type { Fix, FixChange } from './fix/fix.ts';
export { editsOf, type FileEdit, type FixSource, safeEdits, wanted } from './fix/fixes.ts';
export { type LineFix, lineFixes } from './fix/lineFixes.ts';
export { linesOfJson, type Refusal, ToLines } from './fix/toLines.ts';
export { bestMatch } from './globs.ts';
export { advance } from './job/advance.ts';
export { type Alert, type AlertThresholds, alertsOf, noThresholds } from './job/alerts.ts';
export { type BatchApi, batchApiOf } from './job/batchApi.ts';
export * from './job/job.ts';
export type { JobEvent } from './job/jobEvent.ts';
export {
  briefHoldMs,
  isPartOver,
  isRefused,
  refusalWordsOf,
  timeWords,
} from './job/jobState.ts';
export { type JobAction, longestHoldMs, nextAction } from './job/nextAction.ts';
export { defaultPollMaxMs, defaultPollMinMs, type PollFacts, pollPlan } from './job/pollPlan.ts';
export { partProgressOf, progressOf, requestsOf, shareOf } from './job/progress.ts';
export {
  endOf,
  isRemoteOver,
  isWithheld,
  phaseOf,
  type RemoteEnd,
  type RemotePhase,
  withheldWords,
} from './job/remoteStatus.ts';
export { findExcess } from './json/extent.ts';
export { indentJson } from './json/indentJson.ts';
export { isObject, isPresent, type JsonObject } from './json/members.ts';
export { type JsonPath, locate, memberText, type Span } from './json/skim.ts';
export { openaiLimits } from './limits.ts';
export { amounts, bytes, LineColumn, words } from './lineColumn.ts';
export {
  allModels,
  type ModelParams,
  type PricePair,
  type ProviderFacts,
  providerFacts,
  type Tokenizer,
  type TokenPrices,
} from './models/catalogue.ts';
export { findModel, type Model, pricesAsOf, tokenizerOf } from './models/models.ts';
export {
  type Budget,
  type JobSpend,
  type MonthSpend,
  monthSpendOf,
  monthWords,
  overBudget,
} from './money/budget.ts';
export { type Compared, type Comparison, compareJob, comparisonWords } from './money/comparison.ts';
export * from './money/estimate.ts';
export { type EstimatedLine, type EstimateJsonFile, toEstimateJson } from './money/estimateJson.ts';
export * from './money/estimateSummary.ts';
export { ExactSum } from './money/exactSum.ts';
export type { LeftReason, PriceFormat, PriceImport } from './money/imports/priceImport.ts';
export { formatTitles, readPriceList } from './money/imports/readPrices.ts';
export type { ModelOverride, PriceOrigin } from './money/modelOverride.ts';
export { type PriceChange, type PriceChanges, priceChanges } from './money/priceChanges.ts';
export {
  modelFor,
  type PricedModel,
  sameAsProblems,
} from './money/priceOverrides.ts';
export { KnownSum, pricesFor, totalUsd, usdOf } from './money/prices.ts';
export { type PriceTable, priceTableOf } from './money/priceTable.ts';
export { aboveProjectUsd, foreignPriceOrigin, foreignPriceWords } from './money/priceWords.ts';
export { type Expectation, type RequestTotals, RunningEstimate } from './money/runningTotals.ts';
export * from './problem.ts';
export { type ConfigurationPart, type ConfigurationSource, readConfiguration } from './readConfiguration.ts';
export { jobDurationMs } from './report/duration.ts';
export { type ReportLine, readReportLine } from './report/readReportLine.ts';
export { ReportTally, type ResultsReport, withJobCost } from './report/reportTally.ts';
export { type ReportFact, reportFacts, rowsWords } from './report/reportWords.ts';
export * from './result.ts';
export { AnswerCheck, type AnswerFormat } from './results/answerFormat.ts';
export { isBilled, outcomeUsd, type RowPricing, type UsageCost, usageUsd } from './results/cost.ts';
export {
  type Absence,
  type AbsenceFrom,
  absenceAt,
  answeredRow,
  chooseResult,
  type NoResultReason,
  RequestIds,
  type RequestLine,
  readRequest,
  unansweredRow,
  withoutByteOrderMark,
} from './results/join.ts';
export { noteSentence, noteWords } from './results/noteWords.ts';
export { readOutcome, skimCustomId } from './results/readOutcome.ts';
export { formatRow, formatRowHead, readRow, rowBeginning, rowMiddle } from './results/row.ts';
export { rpcCodeName } from './results/rpcCodes.ts';
export { type ErrorClass, type NoteClass, RowTally, reusedAttempt } from './results/tally.ts';
export { canSucceedAgain, type UnansweredRow } from './retry/secondTry.ts';
export { backOffMs, type PaceLimits, type PaceReport, Pacer } from './run/pacer.ts';
export { type Room, readServerRoom, type ServerRoom } from './run/serverRoom.ts';
export {
  errorIn,
  isAnswerBody,
  readSyncLine,
  resultLineOf,
  retryDelayIn,
  type SyncCall,
  type SyncLine,
  type SyncOutcome,
  tokensUsedIn,
} from './run/syncForm.ts';
export { type RunVerdict, verdictOf } from './run/verdict.ts';
export { readSeverityOverrides } from './severityOverrides.ts';
export { spliced } from './spliced.ts';
export { type FilePart, PartCutter, type PartLimit, type PassedLimit } from './split/cutter.ts';
export { embeddingInputsOf } from './split/embeddingInputsOf.ts';
export { areTokensLimited, type GivenLimits, type PartLimits, partLimits } from './split/partLimits.ts';
export {
  type Counters,
  createTokenCounter,
  type Encoding,
  type TokenCounter,
} from './tokens/counter.ts';
export { encodingOf } from './tokens/countInput.ts';
export { type PackedRanks, packRanks, type TiktokenRanks } from './tokens/packedRanks.ts';
