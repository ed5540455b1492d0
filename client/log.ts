// What happened, for whoever looks for a fault: acts and ids, never what a file or an answer says, never a key.
import * as vscode from 'vscode';

export class Log implements vscode.Disposable {
  readonly channel: vscode.LogOutputChannel = vscode.window.createOutputChannel('LLM Batch', { log: true });

  info(text: string): void {
    this.channel.info(text);
  }

  /** @param act what was being done. Of a bug, its stack is kept: names of functions, no values. */
  failure(act: string, error: unknown): void {
    if (!(error instanceof Error)) this.channel.error(`${act}: threw no error`);
    else this.channel.error(`${act}: ${error.name}${codeOf(error)}\n${framesOf(error)}`);
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
}

/** Without the message, which may quote a file. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 12)
    .join('\n');
}
