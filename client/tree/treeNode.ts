// What a row of the sidebar is, in plain data: what the view draws and what its commands are told.

/** A codicon, in colour only where there is trouble. */
export interface NodeIcon {
  readonly id: string;
  readonly color: string | null;
}

export interface NodeCommand {
  readonly id: string;
  readonly title: string;
  readonly args: readonly unknown[];
}

export interface TreeNode {
  /** The same for the same thing at any time, so that what a person folded stays folded. */
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
  /** Markdown. */
  readonly tooltip: string | null;
  readonly icon: NodeIcon | null;
  /** What can be done with it, as a list of abilities: "job cancelable openable". */
  readonly abilities: string;
  readonly expanded: boolean;
  readonly command: NodeCommand | null;
  readonly children: readonly TreeNode[];
}

type Bare = Pick<TreeNode, 'id' | 'label'> & Partial<TreeNode>;

/** A row with the usual for what is not said. */
export function treeNode(node: Bare): TreeNode {
  return {
    description: null,
    tooltip: null,
    icon: null,
    abilities: '',
    expanded: false,
    command: null,
    children: [],
    ...node,
  };
}
