// How a sentence reaches a person in their language: `vscode.l10n`, or a stand-in where there is no editor.

export interface L10n {
  /** `{0}`, `{1}` … in the message are replaced by the arguments. */
  t(message: string, ...args: readonly (string | number)[]): string;
}
