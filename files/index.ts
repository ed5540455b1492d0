// The door of files: batch files on disk, at any size.

export { countersFor } from './counters.ts';
export {
  type ByteFacts,
  encodingFindings,
  type FileEncoding,
  type InvalidLine,
  readByteFacts,
} from './encoding.ts';
export { type FileFailure, FileFailureError } from './fileFailure.ts';
export { type EditorPlacesOptions, editorPlaces, type FilePlace } from './find/editorPlaces.ts';
export { type FindOptions, findInFile } from './find/findInFile.ts';
export { firstLook } from './find/firstLook.ts';
export { kindOfFile } from './find/kindOfFile.ts';
export { type RequestAlone, requestAlone } from './find/requestAt.ts';
export { type FixOptions, type FixReport, type FixRequest, fixFile } from './fix/fix.ts';
export { isAlive } from './isAlive.ts';
export { AnswerFormats } from './join/answerFormats.ts';
export type {
  Duplicate,
  DuplicateResult,
  JoinOptions,
  ResultLineName,
  ResultsFile,
  SurplusLine,
  UnreadableLine,
} from './join/joinTypes.ts';
export { type MergeReport, type MergeRequest, merge } from './join/merge.ts';
export { type MergeReportJson, toMergeReportJson } from './join/mergeJson.ts';
export { resultsStem, surplusPathOf } from './join/resultPaths.ts';
export { type RetryReport, type RetryRequest, writeRetry } from './join/retry.ts';
export { calibrationName, LearnedFile, readEvidenceFile } from './learnedFile.ts';
export { learnFromRows, type RowsToLearnFrom } from './learnFromRows.ts';
export { type FileLine, type ReadLinesOptions, readLines } from './lines.ts';
export { type KeptPart, PartialFile } from './partialFile.ts';
export {
  type CheckFileOptions,
  checkFile,
  type FileCheck,
  type FirstCheck,
  type FullCheck,
} from './pass/check.ts';
export {
  type EstimateByLine,
  type EstimateFileOptions,
  estimateFile,
  type FileEstimate,
} from './pass/estimate.ts';
export { estimateLines, type LinesToEstimate } from './pass/estimateLines.ts';
export {
  type PriceFile,
  type PriceFilePreview,
  previewPriceFile,
  priceFileWords,
  readPriceFile,
  withPrices,
} from './priceFile.ts';
export { findProjectConfig, type ProjectConfig, projectConfigName } from './projectConfig.ts';
export { readLinesAt } from './readLinesAt.ts';
export { type ReportJson, toReportJson } from './report/reportJson.ts';
export { type FilesReport, type ReportRequest, reportResults } from './report/reportResults.ts';
export { type AnsweredBefore, type ReuseReport, type ReuseRequest, reuse } from './reuse/reuse.ts';
export {
  inOnePart,
  mendedByCut,
  type PartsRequest,
  type PlannedParts,
  planParts,
  type Split,
} from './split/planParts.ts';
export { type SplitOptions, type SplitReport, splitFile } from './split/splitFile.ts';
export { stateHome } from './stateHome.ts';
export { syncFolder } from './syncFolder.ts';
export { openTemporaryFolder, type TemporaryFolder } from './temporaryFolder.ts';
export {
  type Priority,
  type RunOptions,
  WorkerPool,
  type WorkerPoolOptions,
  WorkerStoppedError,
} from './workerPool.ts';
