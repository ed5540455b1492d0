// Rows below a job that ask for a person: what is pointed out before it is too late, and batches of which it may be one.
import { type Alert, batchApiOf, currentParts, formatCount, type Job } from '#core';
import type { L10n } from '../l10n.ts';
import { escapeMarkdown } from './markdown.ts';
import { type NodeCommand, type TreeNode, treeNode } from './treeNode.ts';

const caution = 'list.warningForeground';

/** @param parentId of the job's own row. */
export function alertNodes(
  job: Job,
  parentId: string,
  alerts: readonly Alert[],
  l10n: L10n,
): readonly TreeNode[] {
  return alerts.map((alert) => {
    const command = remedyOf(job, alert, l10n);
    const { message } = alert;
    const tooltip = command === null ? message : l10n.t('{0} (click: {1})', message, command.title);
    return treeNode({
      id: `${parentId}/alert/${alert.kind}/${alert.part ?? 0}`,
      label: message,
      tooltip: escapeMarkdown(tooltip),
      icon: { id: 'bell', color: caution },
      command,
    });
  });
}

function remedyOf(job: Job, { action }: Alert, l10n: L10n): NodeCommand | null {
  switch (action) {
    case 'report':
      return job.resultsReady
        ? { id: 'llmBatch.showReport', title: l10n.t('Show Report'), args: [job.id] }
        : null;
    case 'resolve':
      return { id: 'llmBatch.resolveJob', title: l10n.t('Settle…'), args: [job.id] };
    case 'cancel':
      return cancelHelps(job)
        ? { id: 'llmBatch.cancelJob', title: l10n.t('Cancel Batch'), args: [job.id] }
        : null;
    case 'watch':
      return { id: 'llmBatch.refreshJobs', title: l10n.t('Look Again'), args: [] };
  }
}

/** Elsewhere one that expires keeps its answers just as well. */
export function cancelHelps({ provider }: Job): boolean {
  return batchApiOf(provider)?.kind === 'gemini';
}

/** Batches that parts of a job may have become; none while none was found. */
export function candidatesOf(job: Job): readonly string[] {
  return currentParts(job).flatMap(({ unclear }) => unclear ?? []);
}

/** Which of them it is, a person can say. */
export function candidateNode(job: Job, parentId: string, l10n: L10n): readonly TreeNode[] {
  const candidates = candidatesOf(job);
  if (job.state !== 'unclear' || candidates.length === 0) return [];
  const title = l10n.t('Settle…');
  const label =
    candidates.length === 1
      ? l10n.t('1 batch may be this one')
      : l10n.t('{0} batches may be this one', formatCount(candidates.length));
  return [
    treeNode({
      id: `${parentId}/candidates`,
      label,
      description: candidates.join(', '),
      tooltip: escapeMarkdown(
        l10n.t(
          'Nothing is sent again before it is certain. The results tell when it is over; or you say which it is. (click: {0})',
          title,
        ),
      ),
      icon: { id: 'question', color: caution },
      command: { id: 'llmBatch.resolveJob', title, args: [job.id] },
    }),
  ];
}
