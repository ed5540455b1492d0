// The door of core: what the other folders may use.

export { advance, type JobEvent } from './advance.ts';
export {
  allModels,
  type ModelParams,
  type PricePair,
  type ProviderFacts,
  providerFacts,
  type Tokenizer,
  type TokenPrices,
} from './catalogue.ts';
export { BatchFile, type FileReport, type ReportOptions } from './check/batchFile.ts';
export { type CheckJsonFile, type CheckJsonProblem, toCheckJson } from './check/checkJson.ts';
export { type CheckLineOptions, checkLine, type LineFacts, unchecked } from './check/checkLine.ts';
export { checkResultLine } from './check/checkResult.ts';
export { checkName } from './check/checkName.ts';
export type { CountByCode } from './check/collector.ts';
export type { Finding, Where } from './check/finding.ts';
export { findLoneCr, loneCrFinding } from './check/loneCr.ts';
export {
  type AnthropicVersion,
  type Configuration,
  type ConfigurationPart,
  configurationOf,
  defaultConfiguration,
  type ModelOverride,
  readConfiguration,
} from './configuration.ts';
export { detectFile, type FileKind, sampleLines } from './dialects/detect.ts';
export { type Dialect, type Provider, providers } from './dialects/dialect.ts';
export { partsOf, type RequestParts } from './dialects/parts.ts';
export { dialectOf } from './dialects/table.ts';
export * from './estimate.ts';
export { type EstimatedLine, type EstimateJsonFile, toEstimateJson } from './estimateJson.ts';
export * from './estimateSummary.ts';
export * from './figures.ts';
export { applyEdit, type LineEdit, lineEdit } from './fix/edit.ts';
export type { Fix, FixChange } from './fix/fix.ts';
export { editsOf, type FileEdit, type FixSource, safeEdits, wanted } from './fix/fixes.ts';
export { type LineFix, lineFixes } from './fix/lineFixes.ts';
export { linesOfJson, type Refusal, ToLines } from './fix/toLines.ts';
export * from './job.ts';
export { findExcess } from './json/extent.ts';
export { type JsonPath, locate, memberText, type Span } from './json/skim.ts';
export { openaiLimits } from './limits.ts';
export { findModel, type Model, pricesAsOf, tokenizerOf } from './models.ts';
export { type JobAction, nextAction } from './nextAction.ts';
export { defaultPollMaxMs, defaultPollMinMs, type PollFacts, pollPlan } from './pollPlan.ts';
export { pricesFor, usdOf } from './prices.ts';
export * from './problem.ts';
export * from './result.ts';
export { usageUsd } from './results/cost.ts';
export {
  answeredRow,
  chooseResult,
  type NoResultReason,
  RequestIds,
  type RequestLine,
  readRequest,
  unansweredRow,
  withoutByteOrderMark,
} from './results/join.ts';
export { readOutcome, skimCustomId } from './results/readOutcome.ts';
export { formatRow, readRow, rowBeginning } from './results/row.ts';
export { type ErrorClass, RowTally } from './results/tally.ts';
export { readSeverityOverrides } from './severityOverrides.ts';
export { spliced } from './spliced.ts';
export {
  type Counters,
  createTokenCounter,
  type Encoding,
  type TiktokenRanks,
  type TokenCounter,
} from './tokens/counter.ts';
