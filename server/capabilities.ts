// What the client can do, and what this server does.
import {
  CodeActionKind,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';

import { fixAllKind, fixOnDiskCommand } from './protocol.ts';

export interface ClientAbilities {
  /** Draws these again when it is asked to. */
  readonly refreshes: { readonly inlayHints: boolean; readonly codeLenses: boolean };
  readonly watchesFiles: boolean;
  /** Compares the version that an edit is for with its own. */
  readonly versions: boolean;
  /** Asks for the edit of a code action when it is chosen. */
  readonly resolves: boolean;
}

export const noAbilities: ClientAbilities = {
  refreshes: { inlayHints: false, codeLenses: false },
  watchesFiles: false,
  versions: false,
  resolves: false,
};

export function abilitiesOf({
  capabilities: { workspace, textDocument },
}: InitializeParams): ClientAbilities {
  const { codeAction } = textDocument ?? {};
  return {
    refreshes: {
      inlayHints: workspace?.inlayHint?.refreshSupport === true,
      codeLenses: workspace?.codeLens?.refreshSupport === true,
    },
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    versions: workspace?.workspaceEdit?.documentChanges === true,
    resolves:
      codeAction?.dataSupport === true && codeAction.resolveSupport?.properties.includes('edit') === true,
  };
}

export const serverCapabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  inlayHintProvider: true,
  codeLensProvider: {},
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind], resolveProvider: true },
  executeCommandProvider: { commands: [fixOnDiskCommand] },
};
