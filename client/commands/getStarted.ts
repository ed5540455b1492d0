// The walkthrough: four steps from an example to merged results, with the simulator.
import * as vscode from 'vscode';
import type { Parts } from '../parts.ts';

export async function getStarted({ context }: Parts): Promise<void> {
  const walkthrough = `${context.extension.id}#start`;
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
}
