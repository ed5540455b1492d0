// Which rows must be drawn again? Only those, so that hovers, selection and scrolling of the others stay.
import type { TreeNode } from './treeNode.ts';

/** Ids of rows whose subtree changed; null when the top level did. */
export function changedNodes(
  before: readonly TreeNode[],
  after: readonly TreeNode[],
): readonly string[] | null {
  if (!sameIds(before, after)) return null;
  return after.flatMap((node, index) => changed(before[index] ?? node, node));
}

function changed(before: TreeNode, after: TreeNode): readonly string[] {
  if (!sameIds(before.children, after.children) || rowOf(before) !== rowOf(after)) return [after.id];
  return after.children.flatMap((child, index) => changed(before.children[index] ?? child, child));
}

function sameIds(before: readonly TreeNode[], after: readonly TreeNode[]): boolean {
  return before.length === after.length && before.every((node, index) => node.id === after[index]?.id);
}

/** What is drawn of the row itself. */
function rowOf(node: TreeNode): string {
  return JSON.stringify({ ...node, children: node.children.length > 0 });
}
