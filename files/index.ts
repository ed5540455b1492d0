// The door of files: batch files on disk, at any size.
export {
  type CheckFileOptions,
  checkFile,
  type FileCheck,
  type FirstCheck,
  type FullCheck,
} from './check.ts';
export { countersFor } from './counters.ts';
export { type EditorPlacesOptions, editorPlaces, type FilePlace } from './editorPlaces.ts';
export {
  type ByteFacts,
  encodingFindings,
  type FileEncoding,
  type InvalidLine,
  readByteFacts,
} from './encoding.ts';
export {
  type EstimateByLine,
  type EstimateFileOptions,
  estimateFile,
  type FileEstimate,
} from './estimate.ts';
export { estimateLines, type LinesToEstimate } from './estimateLines.ts';
export { type FileFailure, FileFailureError } from './fileFailure.ts';
export { FileReplacement } from './fileReplacement.ts';
export { type FindOptions, findInFile } from './findInFile.ts';
export { firstLook } from './firstLook.ts';
export { type FixOptions, type FixReport, type FixRequest, fixFile } from './fix.ts';
export { isAlive } from './isAlive.ts';
export type {
  Duplicate,
  DuplicateResult,
  JoinOptions,
  ResultLineName,
  ResultsFile,
  SurplusLine,
  UnreadableLine,
} from './joinTypes.ts';
export { kindOfFile } from './kindOfFile.ts';
export { calibrationName, LearnedFile, readEvidenceFile } from './learnedFile.ts';
export { learnFromRows, type RowsToLearnFrom } from './learnFromRows.ts';
export { type FileLine, type ReadLinesOptions, readLines } from './lines.ts';
export { type MergeReport, type MergeRequest, merge } from './merge.ts';
export { type MergeReportJson, toMergeReportJson } from './mergeJson.ts';
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
export { type RequestAlone, requestAlone } from './requestAt.ts';
export { type RetryReport, type RetryRequest, retriedStatuses, writeRetry } from './retry.ts';
export { type CutOptions, cutFile, type FileCut } from './split.ts';
export { type SplitOptions, type SplitReport, splitFile } from './splitFile.ts';
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
