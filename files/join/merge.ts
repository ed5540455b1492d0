// Writes the merged results of a batch: one row for each request in source order, and beside it what belongs to no row.
import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import {
  type AbsenceFrom,
  type Configuration,
  type ErrorClass,
  type NoteClass,
  outcomeUsd,
  type Provider,
  type RowCounts,
  RowTally,
  type Usage,
} from '#core';
import { type FileFailure, withFailures } from '../fileFailure.ts';
import { FileReplacement } from '../fileReplacement.ts';
import { InputFile } from '../inputFile.ts';
import { FileJoin } from './joinFiles.ts';
import type {
  Duplicate,
  JoinedRow,
  JoinOptions,
  JoinRequest,
  ResultsFile,
  SurplusLine,
  UnreadableLine,
} from './joinTypes.ts';
import { notOurs, ownershipOfMerged, ownershipOfSurplus } from './ownFile.ts';
import { pricingOf } from './rowPricing.ts';
import { RowWriter } from './rowWriter.ts';

export interface MergeRequest {
  /** The bytes that were sent: for a job its snapshot. */
  readonly requests: string;
  /** Output and error files, and merged files of ours; of results that are equal otherwise, the later named wins. */
  readonly results: readonly ResultsFile[];
  readonly out: string;
  readonly surplusOut: string;
  /** What became of requests without any result, by how their batch ended; `missing` when left out. */
  readonly absent?: readonly AbsenceFrom[] | undefined;
  /** ISO date by which prices are taken. */
  readonly today: string;
  /** Prices of a person's own; left out: the list that ships. */
  readonly config?: Configuration | undefined;
  /** Whose prices hold; left out: the one whose lines the requests are. */
  readonly provider?: Provider | undefined;
  /** That the batch was made for, where its lines name none; left out: that of `config`. */
  readonly model?: string | null | undefined;
  /** Prices of requests that were answered at once (`standard`), or of a batch when left out. */
  readonly prices?: 'batch' | 'standard' | undefined;
  /** Whoever must know its own file again asks for the hash of what is written. */
  readonly isHashed?: boolean | undefined;
}

export interface MergeReport {
  readonly kind: 'merged';
  readonly out: string;
  /** Of the merged file; null where nobody asked for it. */
  readonly sha256: string | null;
  /** Null when no result was left over. */
  readonly surplusOut: string | null;
  readonly requests: number;
  readonly rows: RowCounts;
  /** USD in batch; null when the price of a row that cost something is not known. */
  readonly costUsd: number | null;
  /** USD of answers that others of later attempts have bettered: paid for, and in no row. Null when not known. */
  readonly otherUsd: number | null;
  readonly unpricedRows: number;
  /** Sum over the rows; null when one that succeeded does not say what it used. */
  readonly usage: Usage | null;
  readonly errors: readonly ErrorClass[];
  /** Rows that succeeded and are not what one would take them for. */
  readonly notes: readonly NoteClass[];
  /** Answers of which it could not be told whether they fit the schema of their request. */
  readonly uncheckedAnswers: number;
  readonly duplicates: readonly Duplicate[];
  readonly surplus: readonly SurplusLine[];
  /** Also in `surplus`; here with the reason. */
  readonly unreadable: readonly UnreadableLine[];
}

/**
 * Joins and writes, in memory that does not grow with the files (about 100 bytes a request and result).
 * Either both files are there in whole, or what was there before is untouched.
 * @returns the report, or one sentence on why nothing was written. @throws AbortError.
 */
export async function merge(
  request: MergeRequest,
  options: JoinOptions = {},
): Promise<MergeReport | FileFailure> {
  return withFailures(async () => {
    const owner = await ownershipOfMerged(request.out);
    if (owner === 'foreign') throw notOurs(request.out);
    const out = new Outputs(request);
    const join = await FileJoin.open(await joinRequestOf(request), options);
    try {
      for (const path of [request.out, request.surplusOut]) {
        if (join.isRequestFile(path)) throw notOurs(path);
      }
      const hash = request.isHashed === true ? createHash('sha256') : null;
      const tally = await writeRows(join, out, request.prices === 'standard', (bytes) => hash?.update(bytes));
      const surplus = await writeSurplus(join, out);
      join.dispose();
      await out.commit();
      return { ...reportOf(request, join, tally, surplus), sha256: hash?.digest('hex') ?? null };
    } finally {
      join.dispose();
      await out.discard();
    }
  });
}

async function joinRequestOf(request: MergeRequest): Promise<JoinRequest> {
  const { requests, results, absent = [], out, surplusOut } = request;
  const pricing = pricingOf(request);
  const priceOf: JoinRequest['priceOf'] = (outcome, asked) =>
    outcomeUsd(outcome, asked, outcome.isAtOnce ? { ...pricing, kind: 'standard' } : pricing);
  const intoItself = results.some(({ path }) => isSameFile(path, out));
  // What an earlier merge kept aside belongs to what is merged again; else it would be lost with the file.
  const addsSurplus =
    intoItself &&
    !results.some(({ path }) => isSameFile(path, surplusOut)) &&
    (await ownershipOfSurplus(surplusOut, 'ours')) === 'ours';
  const earlier = addsSurplus ? [{ path: surplusOut, attempt: 1, trusted: true }] : [];
  return { requests, results: [...earlier, ...results], absent, priceOf };
}

function isSameFile(path: string, other: string): boolean {
  const file = InputFile.open(path);
  try {
    return file.isAt(other);
  } finally {
    file.dispose();
  }
}

/** @param isAtOnce its answers are those of calls, not of a batch: whoever reads the rows later cannot see it. */
async function writeRows(
  join: FileJoin,
  out: Outputs,
  isAtOnce: boolean,
  onBytes: (bytes: Uint8Array) => void,
): Promise<RowTally> {
  const tally = new RowTally();
  const merged = await out.merged();
  const writer = new RowWriter((bytes) => {
    onBytes(bytes);
    return merged.write(bytes);
  });
  const take = (row: JoinedRow): void => {
    const { facts } = row;
    const isAnswered = facts.status === 'succeeded' || facts.usage !== null;
    writer.add(isAtOnce && isAnswered ? { ...row, facts: { ...facts, isAtOnce: true } } : row);
    tally.add(facts);
  };
  await join.eachRow(take, async () => {
    if (writer.isFull) await writer.flush();
  });
  await writer.finish();
  return tally;
}

const flushBytes = 1 << 20;

async function writeSurplus(join: FileJoin, out: Outputs): Promise<readonly SurplusLine[]> {
  const surplus: SurplusLine[] = [];
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const flush = async (): Promise<void> => {
    if (pendingBytes > 0) await (await out.surplus()).write(Buffer.concat(pending));
    pending = [];
    pendingBytes = 0;
  };
  for (const { bytes, ...name } of join.surplus()) {
    surplus.push(name);
    pending.push(Buffer.concat([bytes, lineFeed]));
    pendingBytes += bytes.length + 1;
    if (pendingBytes >= flushBytes) await flush();
  }
  await flush();
  return surplus;
}

const lineFeed = Buffer.from('\n');

function reportOf(
  request: MergeRequest,
  join: FileJoin,
  tally: RowTally,
  surplus: readonly SurplusLine[],
): Omit<MergeReport, 'sha256'> {
  const { rows, costUsd, unpricedRows, usage, errors, notes } = tally;
  return {
    kind: 'merged',
    out: request.out,
    surplusOut: surplus.length === 0 ? null : request.surplusOut,
    requests: Object.values(rows).reduce((sum, count) => sum + count, 0),
    rows: { ...rows, surplus: surplus.length },
    ...{ costUsd, unpricedRows, usage, errors, notes, surplus },
    uncheckedAnswers: join.uncheckedAnswers,
    otherUsd: join.otherUsd,
    duplicates: join.duplicates,
    unreadable: join.unreadable,
  };
}

/** Both files of a merge, opened when the first bytes are there for them. */
class Outputs {
  readonly #paths: Pick<MergeRequest, 'out' | 'surplusOut'>;
  #merged: FileReplacement | null = null;
  #surplus: FileReplacement | null = null;

  constructor(paths: Pick<MergeRequest, 'out' | 'surplusOut'>) {
    this.#paths = paths;
  }

  async merged(): Promise<FileReplacement> {
    this.#merged ??= await FileReplacement.open(this.#paths.out);
    return this.#merged;
  }

  async surplus(): Promise<FileReplacement> {
    this.#surplus ??= await FileReplacement.open(this.#paths.surplusOut);
    return this.#surplus;
  }

  /** Both are on the disk before the first is renamed; whose the places are is looked at again just before. */
  async commit(): Promise<void> {
    const { out, surplusOut } = this.#paths;
    const merged = await this.merged();
    await merged.finish();
    await this.#surplus?.finish();
    const owner = await ownershipOfMerged(out);
    if (owner === 'foreign') throw notOurs(out);
    const surplusOwner = await ownershipOfSurplus(surplusOut, owner);
    if (this.#surplus !== null && surplusOwner === 'foreign') throw notOurs(surplusOut);
    await this.#surplus?.commit();
    await merged.commit();
    // That of an earlier merge would speak of results that have found their place.
    if (this.#surplus === null && surplusOwner === 'ours') await unlink(surplusOut);
  }

  async discard(): Promise<void> {
    await this.#merged?.discard();
    await this.#surplus?.discard();
  }
}
