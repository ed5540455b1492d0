// Rows below a job for what its results showed: why requests failed, and answers that are not what one would take them for.
import { formatCount, type Job, type NoteCode } from '#core';
import type { L10n } from '../l10n.ts';
import { noteCountWords } from '../pointedOut.ts';
import { escapeMarkdown } from './markdown.ts';
import { type NodeIcon, type TreeNode, treeNode } from './treeNode.ts';

interface RowClass<Code> {
  readonly code: Code;
  readonly count: number;
  /** What is said of one of them. */
  readonly example: string;
  /** Of that one, 0-based. */
  readonly line: number;
}

/** Rows of a job that went wrong for one reason. */
export type FailureClass = RowClass<string>;
export type NoteCount = RowClass<NoteCode>;

/** The most frequent first. */
export interface Findings {
  readonly failures: readonly FailureClass[];
  readonly notes: readonly NoteCount[];
}

const trouble = 'list.errorForeground';
const caution = 'list.warningForeground';

/** @param parentId of the job's own row. */
export function findingNodes(
  job: Job,
  parentId: string,
  { failures, notes }: Findings,
  l10n: L10n,
): readonly TreeNode[] {
  const node = (id: string, label: string, one: RowClass<string>, icon: NodeIcon): TreeNode => {
    const place = l10n.t('Line {0}: {1}', formatCount(one.line + 1), one.example);
    const title = l10n.t('Open the File');
    return treeNode({
      id: `${parentId}/${id}`,
      label,
      description: one.example,
      tooltip: escapeMarkdown(l10n.t('{0} (click: {1})', place, title)),
      icon,
      command: { id: 'llmBatch.revealSource', title, args: [job.id, one.line] },
    });
  };
  return [
    // "rate_limit_exceeded × 9"; other messages of the same code are another reason.
    ...failures.map((failure, at) =>
      node(`failure/${failure.code}/${at}`, `${failure.code} × ${formatCount(failure.count)}`, failure, {
        ...{ id: 'circle-small-filled', color: trouble },
      }),
    ),
    ...notes.map((note) =>
      node(`odd/${note.code}`, noteCountWords(note.code, note.count, l10n), note, {
        ...{ id: 'circle-small-filled', color: caution },
      }),
    ),
  ];
}
