// Rows below a job for its parts, while they are under way.
import {
  currentParts,
  formatCount,
  formatNumberOf,
  isPartOver,
  isTerminal,
  type Job,
  type JobPart,
} from '#core';
import { partWords } from '../jobWords.ts';
import type { L10n } from '../l10n.ts';
import { codeSpan, escapeMarkdown } from './markdown.ts';
import { type NodeIcon, type TreeNode, treeNode } from './treeNode.ts';

const trouble = 'list.errorForeground';
const caution = 'list.warningForeground';
const listedParts = 20;

/** Each of several, while they are under way; those that are over last, for they are the least news. */
export function partNodes(job: Job, parentId: string, l10n: L10n): readonly TreeNode[] {
  const parts = currentParts(job);
  if (parts.length < 2 || isTerminal(job)) return [];
  const open = parts.filter((part) => !isPartOver(job, part));
  const over = parts.filter((part) => isPartOver(job, part));
  const nodes = [...open, ...over].slice(0, listedParts).map((part) => {
    const words = partWords(job, part, l10n);
    const label = l10n.t('Part {0}', formatCount(part.part));
    const description = [words, formatNumberOf(part.requests, 'request')].join(' · ');
    const batchId = part.remote === null ? [] : [codeSpan(part.remote.batchId)];
    // There is little room beside the label.
    const why = part.refusal === null ? [] : [escapeMarkdown(part.refusal)];
    return treeNode({
      id: `${parentId}/part/${part.part}`,
      label,
      description,
      tooltip: [[escapeMarkdown(`${label} · ${description}`), ...batchId].join(' · '), ...why].join('\n\n'),
      icon: partIcon(job, part),
    });
  });
  const more = parts.length - nodes.length;
  if (more > 0) {
    const label = l10n.t('{0} more', formatCount(more));
    nodes.push(treeNode({ id: `${parentId}/part/more`, label }));
  }
  return nodes;
}

function partIcon(job: Job, part: JobPart): NodeIcon {
  if (part.refusal !== null) return { id: 'error', color: trouble };
  if (part.unclear !== null) return { id: 'question', color: caution };
  if (part.remote === null) return { id: 'clock', color: null };
  return isPartOver(job, part) ? { id: 'pass', color: null } : { id: 'play-circle', color: null };
}
