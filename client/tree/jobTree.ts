// The sidebar as plain data: which jobs stand in which group, and what stands there besides jobs. Pure.
import { type Alert, isTerminal, type Job } from '#core';
import { unansweredOf } from '../jobWords.ts';
import type { L10n } from '../l10n.ts';
import type { Findings } from './findingNodes.ts';
import { jobNode, type Stop } from './jobNode.ts';
import { escapeMarkdown } from './markdown.ts';
import { type TreeNode, treeNode } from './treeNode.ts';

export interface TreeFacts {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** Records that could not be read; they are named and left alone. */
  readonly unreadable: readonly { readonly path: string; readonly message: string }[];
  readonly stops: ReadonlyMap<string, Stop>;
  readonly findings: ReadonlyMap<string, Findings>;
  readonly alerts: ReadonlyMap<string, readonly Alert[]>;
  /** What is missing before anything can be sent, or null. */
  readonly accountProblem: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const dayMs = 24 * 3_600_000;
/** Trouble that nobody cared for in this time is history. */
const attentionMs = 7 * dayMs;

/** Nothing at all when there is nothing to show: the view then says how to begin. */
export function jobTree(facts: TreeFacts, l10n: L10n): readonly TreeNode[] {
  const active: TreeNode[] = [];
  const attention: TreeNode[] = [];
  const done: Job[] = [];
  for (const job of facts.jobs) {
    const place = placeOf(job, facts);
    if (place === 'active') active.push(nodeOf(job, facts, l10n, true));
    else if (place === 'attention') attention.push(nodeOf(job, facts, l10n, job.state !== 'done'));
    else done.push(job);
  }
  attention.push(...facts.unreadable.map((record) => unreadableNode(record, l10n)));
  if (facts.jobs.length === 0 && attention.length === 0) return [];
  return [
    ...(facts.accountProblem === null ? [] : [accountNode(facts.accountProblem, l10n)]),
    ...group('active', l10n.t('Active'), active),
    ...group('attention', l10n.t('Needs Attention'), attention),
    ...group('done', l10n.t('Done'), doneGroups(done, facts, l10n)),
  ];
}

function placeOf(job: Job, facts: TreeFacts): 'active' | 'attention' | 'done' {
  if (!isTerminal(job)) {
    // That it runs long asks for nothing but patience.
    const isPressing = facts.alerts.get(job.id)?.some(({ kind }) => kind !== 'running') ?? false;
    return job.state === 'unclear' || isPressing || facts.stops.has(job.id) ? 'attention' : 'active';
  }
  const needed =
    job.state === 'failed' ||
    ((job.state === 'done' || job.state === 'expired') && unansweredOf(job.rows) > 0);
  if (!needed || facts.now - Date.parse(job.updatedAt) > attentionMs) return 'done';
  // The file was sent again meanwhile: that job is the one to care for.
  return facts.jobs.some((other) => other.file === job.file && other.createdAt > job.createdAt)
    ? 'done'
    : 'attention';
}

function nodeOf(job: Job, facts: TreeFacts, l10n: L10n, expanded: boolean): TreeNode {
  const stop = isTerminal(job) ? null : (facts.stops.get(job.id) ?? null);
  const findings = facts.findings.get(job.id) ?? { failures: [], notes: [] };
  const alerts = facts.alerts.get(job.id) ?? [];
  return jobNode({ job, stop, findings, alerts }, facts.now, l10n, expanded);
}

function group(id: string, label: string, children: readonly TreeNode[], expanded = true): TreeNode[] {
  return children.length === 0
    ? []
    : [treeNode({ id: `group/${id}`, label, abilities: 'group', expanded, children })];
}

function doneGroups(jobs: readonly Job[], facts: TreeFacts, l10n: L10n): TreeNode[] {
  const today: TreeNode[] = [];
  const yesterday: TreeNode[] = [];
  const earlier: TreeNode[] = [];
  const midnight = new Date(facts.now).setHours(0, 0, 0, 0);
  for (const job of jobs) {
    const ended = Date.parse(job.updatedAt);
    const day =
      ended >= midnight
        ? today
        : ended >= new Date(midnight - dayMs / 2).setHours(0, 0, 0, 0)
          ? yesterday
          : earlier;
    day.push(nodeOf(job, facts, l10n, false));
  }
  return [
    ...group('done/today', l10n.t('Today'), today),
    ...group('done/yesterday', l10n.t('Yesterday'), yesterday, false),
    ...group('done/earlier', l10n.t('Earlier'), earlier, false),
  ];
}

function accountNode(message: string, l10n: L10n): TreeNode {
  return treeNode({
    id: 'account',
    label: message,
    tooltip: escapeMarkdown(l10n.t('{0} (click: {1})', message, l10n.t('Connect a Provider'))),
    icon: { id: 'key', color: 'list.warningForeground' },
    abilities: 'account',
    command: { id: 'llmBatch.connectProvider', title: l10n.t('Connect a Provider'), args: [] },
  });
}

function unreadableNode({ path, message }: { path: string; message: string }, l10n: L10n): TreeNode {
  return treeNode({
    id: `unreadable/${path}`,
    label: l10n.t('A job record cannot be read'),
    description: path,
    tooltip: escapeMarkdown(message),
    icon: { id: 'error', color: 'list.errorForeground' },
    abilities: 'unreadable',
    command: { id: 'vscode.open', title: l10n.t('Open the Record'), args: [{ file: path }] },
  });
}
