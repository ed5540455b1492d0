// Jobs to look at in tests: one that runs, changed where a test says so.
import type { Job, JobPart, RemoteBatch, RowCounts } from '#core';
import type { L10n } from '../../client/l10n.ts';
import { jobTree, type TreeFacts } from '../../client/tree/jobTree.ts';
import type { TreeNode } from '../../client/tree/treeNode.ts';
import { jobOf, partOf, remoteOf } from '../core/jobSamples.ts';

/** 2026-11-21, noon where the test runs. */
export const now = new Date(2026, 10, 21, 12).getTime();

/** `vscode.l10n` of an editor in English. */
export const l10n: L10n = {
  t: (message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])),
};

export function ago(minutes: number): string {
  return new Date(now - minutes * 60_000).toISOString();
}

export function remote(changes: Partial<RemoteBatch> = {}): RemoteBatch {
  const counts = { total: 4812, completed: 2969, failed: 14 };
  return remoteOf('in_progress', { batchId: 'batch_1', counts, createdAt: ago(12), ...changes });
}

export function part(changes: Partial<JobPart> = {}): JobPart {
  return partOf({
    ...{ sizeBytes: 6_100_000, requests: 4812, inputFileId: 'file-1', remote: remote() },
    ...{ uploadStartedAt: ago(12), createStartedAt: ago(12) },
    ...changes,
  });
}

export function job(changes: Partial<Job> = {}): Job {
  return jobOf({
    ...{ id: 'a', name: 'reviews.jsonl', file: '/data/reviews.jsonl', model: 'gpt-6-luna' },
    account: { profile: 'openai', baseUrl: 'https://api.openai.com/v1', keyFingerprint: '01234567' },
    ...{ state: 'running', parts: [part()], resultsPath: '/data/reviews.results.jsonl' },
    estimate: { inputTokens: 1_210_000, batchUsd: { input: 0.06, outputMax: 0.44 } },
    ...{ createdAt: ago(12), updatedAt: ago(1) },
    ...changes,
  });
}

export function rows(changes: Partial<RowCounts> = {}): RowCounts {
  return { succeeded: 4812, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0, ...changes };
}

/** A job whose results are there. */
export function finished(counts: RowCounts = rows(), changes: Partial<Job> = {}): Job {
  const over = part({ remote: remote({ status: 'completed' }), downloaded: true });
  return job({
    ...{ state: 'done', parts: [over], resultsReady: true, rows: counts, costUsd: 0.34 },
    ...changes,
  });
}

export function treeOf(facts: Partial<TreeFacts>): readonly TreeNode[] {
  const none: TreeFacts = {
    jobs: [],
    unreadable: [],
    stops: new Map(),
    findings: new Map(),
    alerts: new Map(),
    accountProblem: null,
    now,
  };
  return jobTree({ ...none, ...facts }, l10n);
}

/** The tree as a person reads it: indented, with descriptions after two spaces and icons in brackets. */
export function drawn(nodes: readonly TreeNode[], indent = ''): string {
  return nodes
    .map((node) => {
      const icon = node.icon === null ? '' : `[${node.icon.id}${node.icon.color === null ? '' : '!'}] `;
      const line = `${indent}${icon}${node.label}${node.description === null ? '' : `  ${node.description}`}\n`;
      return line + drawn(node.children, `${indent}  `);
    })
    .join('');
}

export function find(nodes: readonly TreeNode[], id: string): TreeNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : find(node.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
