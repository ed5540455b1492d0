// When has a person seen what the server says of a document?
import * as vscode from 'vscode';

/** A server that is awake answers in a tenth of it. */
const longestMs = 250;

/**
 * Until problems are drawn that were asked for, or it is clear that there are none, or it takes too long. Never rejects.
 * @param ask whether there are problems, which the server has sent before.
 */
export async function untilDrawn(uri: vscode.Uri, ask: () => Promise<boolean>): Promise<void> {
  let listener: vscode.Disposable | undefined;
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((changed) => changed.toString() === uri.toString())) resolve();
    });
    timer = setTimeout(resolve, longestMs);
    // Where the request fails, the document itself is sent at once.
    ask().then(
      (areProblems) => areProblems || resolve(),
      () => resolve(),
    );
  });
  listener?.dispose();
  clearTimeout(timer);
}
