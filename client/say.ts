// How a sentence is said to a person, with what they can do about it.
import * as vscode from 'vscode';

export interface Offer {
  readonly title: string;
  run(): unknown;
}

export type Loudness = 'info' | 'warning' | 'error';

/** A notification; what is chosen runs. Resolves when it was answered or closed. */
export async function say(loudness: Loudness, message: string, offers: readonly Offer[] = []): Promise<void> {
  const titles = offers.map((offer) => offer.title);
  const chosen = await show(loudness, message, titles);
  await offers.find((offer) => offer.title === chosen)?.run();
}

/** A question that waits for its answer; undefined when it was cancelled. Only for money, and for what would be lost. */
export async function ask<T extends string>(
  message: string,
  detail: string,
  answers: readonly T[],
): Promise<T | undefined> {
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, ...answers)) as
    | T
    | undefined;
}

function show(loudness: Loudness, message: string, titles: readonly string[]): Thenable<string | undefined> {
  switch (loudness) {
    case 'info':
      return vscode.window.showInformationMessage(message, ...titles);
    case 'warning':
      return vscode.window.showWarningMessage(message, ...titles);
    case 'error':
      return vscode.window.showErrorMessage(message, ...titles);
  }
}
