// One job as a row of the sidebar, with the rows below it.
import {
  type Alert,
  currentParts,
  formatCount,
  isTerminal,
  type Job,
  noteSentence,
  type RemoteError,
  requestsOf,
} from '#core';
import {
  ageWords,
  costWords,
  isSimulated,
  percentWords,
  progressWords,
  rowWords,
  stateWords,
  unansweredOf,
} from '../jobWords.ts';
import type { L10n } from '../l10n.ts';
import { alertWords, noteCountWords } from '../pointedOut.ts';
import { alertNodes, candidateNode, candidatesOf } from './alertNodes.ts';
import { type Findings, findingNodes } from './findingNodes.ts';
import { jobTooltip } from './jobTooltip.ts';
import { escapeMarkdown } from './markdown.ts';
import { partNodes } from './partNodes.ts';
import { type NodeCommand, type NodeIcon, type TreeNode, treeNode } from './treeNode.ts';

/** Why a job that is not over does not go on in this window. */
export interface Stop {
  readonly message: string;
  /** A key or an address would help. */
  readonly account: boolean;
}

export interface JobFacts {
  readonly job: Job;
  readonly stop: Stop | null;
  readonly findings: Findings;
  /** The most pressing first. */
  readonly alerts: readonly Alert[];
}

const trouble = 'list.errorForeground';
const caution = 'list.warningForeground';
const listedErrors = 8;

const idPrefix = 'job/';

/** The id of a job's own row. */
export function jobNodeId(jobId: string): string {
  return `${idPrefix}${jobId}`;
}

/** The job that a row stands for or belongs to; null for groups and the like. */
export function jobIdOfNode(nodeId: string): string | null {
  return nodeId.startsWith(idPrefix) ? (nodeId.slice(idPrefix.length).split('/')[0] ?? null) : null;
}

/** @param expanded how it stands when it is first seen. @param now milliseconds since 1970. */
export function jobNode(
  { job, stop, findings, alerts }: JobFacts,
  now: number,
  l10n: L10n,
  expanded: boolean,
): TreeNode {
  return treeNode({
    id: jobNodeId(job.id),
    label: labelOf(job, l10n),
    description: descriptionOf({ job, stop, findings, alerts }, now, l10n),
    tooltip: jobTooltip(job, l10n),
    icon: stop === null ? pointedOut(iconOf(job), job, alerts) : { id: 'debug-disconnect', color: caution },
    abilities: abilitiesOf(job, findings).join(' '),
    expanded,
    command: clickOf(job, l10n),
    children: [
      ...countsOf(job, l10n),
      ...partNodes(job, jobNodeId(job.id), l10n),
      ...(stop === null ? noteOf(job, findings, l10n) : [stopNode(job, stop, l10n)]),
      ...candidateNode(job, jobNodeId(job.id), l10n),
      ...alertNodes(job, jobNodeId(job.id), alerts, l10n),
      ...findingNodes(job, jobNodeId(job.id), findings, l10n),
      ...refusalsOf(job, l10n),
    ],
  });
}

function labelOf(job: Job, l10n: L10n): string {
  const { length } = currentParts(job);
  return length < 2 ? job.name : l10n.t('{0} ({1} parts)', job.name, formatCount(length));
}

function descriptionOf({ job, stop, findings, alerts }: JobFacts, now: number, l10n: L10n): string {
  const words = [stop === null ? stateWords(job, l10n) : stopWords(job, stop, l10n)];
  const percent = percentWords(job);
  if (percent !== null) words.push(percent);
  const [alert] = alerts;
  if (alert !== undefined && !isTerminal(job) && job.state !== 'unclear') words.push(alertWords(alert, l10n));
  const [note] = findings.notes;
  if (note !== undefined && isTerminal(job)) words.push(noteCountWords(note.code, note.count, l10n));
  const left = unansweredOf(job.rows);
  if (isTerminal(job) && left > 0) words.push(l10n.t('retry?'));
  if (isSimulated(job)) words.push(l10n.t('Simulator'));
  words.push(ageWords(isTerminal(job) ? job.updatedAt : job.createdAt, now, l10n));
  return words.join(' · ');
}

/** The batch may well go on at the provider: it is we who do not. */
function stopWords(job: Job, stop: Stop, l10n: L10n): string {
  return stop.account && !isSimulated(job) ? l10n.t('waits for a key') : l10n.t('not followed');
}

function iconOf(job: Job): NodeIcon {
  const left = unansweredOf(job.rows);
  switch (job.state) {
    case 'intended':
    case 'uploading':
      return { id: 'cloud-upload', color: null };
    case 'submitted':
      return { id: 'circle-large-outline', color: null };
    case 'running':
      return { id: 'play-circle', color: null };
    case 'finishing':
      return { id: 'cloud-download', color: null };
    case 'unclear':
      return { id: 'question', color: caution };
    case 'failed':
      return { id: 'error', color: trouble };
    case 'expired':
      return { id: 'watch', color: left > 0 ? caution : null };
    case 'cancelled':
      return { id: 'circle-slash', color: null };
    case 'done':
      return left > 0 ? { id: 'warning', color: caution } : { id: 'pass', color: null };
  }
}

/** Colour is for trouble: that it runs long is none yet. */
function pointedOut(icon: NodeIcon, job: Job, alerts: readonly Alert[]): NodeIcon {
  return !isTerminal(job) && alerts.some(({ kind }) => kind !== 'running')
    ? { ...icon, color: caution }
    : icon;
}

function abilitiesOf(job: Job, { notes }: Findings): string[] {
  const abilities = ['job'];
  if (!isTerminal(job) && !job.cancelRequested) abilities.push('cancelable');
  if (job.resultsReady) abilities.push('openable');
  if (isTerminal(job) && unansweredOf(job.rows) > 0) abilities.push('retriable');
  else if (isTerminal(job) && notes.length > 0) abilities.push('improvable');
  if (job.state === 'unclear') abilities.push('unclear');
  if (job.parts.some((part) => part.remote !== null)) abilities.push('identified');
  return abilities;
}

function clickOf(job: Job, l10n: L10n): NodeCommand {
  return job.resultsReady
    ? { id: 'llmBatch.openResults', title: l10n.t('Open Results'), args: [job.id] }
    : { id: 'llmBatch.revealSource', title: l10n.t('Open the File'), args: [job.id] };
}

function countsOf(job: Job, l10n: L10n): TreeNode[] {
  const nodes: TreeNode[] = [];
  const add = (name: string, label: string): number =>
    nodes.push(treeNode({ id: `${jobNodeId(job.id)}/${name}`, label }));
  if (!isTerminal(job)) add('progress', progressWords(job, l10n));
  if (job.rows !== null) {
    const words = [...rowWords(job.rows, l10n)];
    const cost = costWords(job, l10n);
    if (cost !== null) words.push(cost);
    const before = isTerminal(job) ? '' : l10n.t('before this retry: ');
    if (words.length > 0) add('rows', before + words.join(' · '));
    if (job.rows.surplus > 0)
      add('surplus', l10n.t('{0} results of no request, kept aside', formatCount(job.rows.surplus)));
  } else if (isTerminal(job)) {
    add('requests', l10n.t('{0} requests, none answered', formatCount(requestsOf(job))));
  }
  return nodes;
}

function noteOf(job: Job, { notes }: Findings, l10n: L10n): TreeNode[] {
  const { message } = job;
  // What rows of their own say better.
  if (message === noteSentence(notes) || candidatesOf(job).length > 0) return [];
  if (message === null || (job.state === 'failed' && listed(job).length > 0)) return [];
  const icon: NodeIcon =
    job.state === 'failed' ? { id: 'error', color: trouble } : { id: 'info', color: null };
  return [messageNode(`${jobNodeId(job.id)}/note`, message, icon, null, l10n)];
}

function stopNode(job: Job, stop: Stop, l10n: L10n): TreeNode {
  const remedy: NodeCommand = stop.account
    ? isSimulated(job)
      ? { id: 'llmBatch.useSimulator', title: l10n.t('Use the Simulator'), args: [] }
      : { id: 'llmBatch.connectProvider', title: l10n.t('Connect a Provider'), args: [] }
    : { id: 'llmBatch.refreshJobs', title: l10n.t('Try Again'), args: [] };
  return messageNode(
    `${jobNodeId(job.id)}/stop`,
    stop.message,
    { id: 'debug-disconnect', color: caution },
    remedy,
    l10n,
  );
}

function messageNode(
  id: string,
  message: string,
  icon: NodeIcon,
  command: NodeCommand | null,
  l10n: L10n,
): TreeNode {
  const tooltip = command === null ? message : l10n.t('{0} (click: {1})', message, command.title);
  return treeNode({ id, label: message, tooltip: escapeMarkdown(tooltip), icon, command });
}

function listed(job: Job): readonly RemoteError[] {
  return job.state === 'failed' ? job.parts.flatMap((part) => part.remote?.errors ?? []) : [];
}

/** Why the provider refused the file; a click goes to the line. */
function refusalsOf(job: Job, l10n: L10n): TreeNode[] {
  const errors = listed(job);
  const nodes = errors.slice(0, listedErrors).map(({ code, message, line }, index) =>
    treeNode({
      id: `${jobNodeId(job.id)}/refusal/${index}`,
      label: line === null ? code : l10n.t('line {0}: {1}', formatCount(line + 1), code),
      description: message,
      tooltip: escapeMarkdown(message),
      icon: { id: 'error', color: trouble },
      command: { id: 'llmBatch.revealSource', title: l10n.t('Open the File'), args: [job.id, line] },
    }),
  );
  const more = errors.length - nodes.length;
  if (more > 0) {
    nodes.push(
      treeNode({
        id: `${jobNodeId(job.id)}/refusal/more`,
        label: l10n.t('{0} more', formatCount(more)),
      }),
    );
  }
  return nodes;
}
