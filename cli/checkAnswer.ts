// In which form is the answer of `check` given? Text for people, JSON for scripts, SARIF and workflow commands for CI.
import type { CheckFormat, ShownCheck } from './check.ts';
import type { ExitCode } from './exitCode.ts';
import type { FailedInput } from './input.ts';
import { errorMember } from './options.ts';
import type { Terminal } from './terminal.ts';

export interface CheckAnswer {
  readonly shown: readonly ShownCheck[];
  /** Files that could not be checked; said on stderr already. */
  readonly failed: readonly FailedInput[];
  /** What the command will end with. */
  readonly exit: ExitCode;
}

export async function answerCheck(
  answer: CheckAnswer,
  format: CheckFormat,
  terminal: Terminal,
): Promise<void> {
  const { shown, failed } = answer;
  switch (format) {
    case 'json': {
      const { toCheckJson } = await import('#core');
      const files = shown.map((one) => ({
        ...toCheckJson(one.name, one.provider, one.report),
        ...(one.fixed ? { fixed: one.fixed.applied } : {}),
      }));
      return terminal.printJson({ files, ...errorMember(failed[0]) });
    }
    case 'sarif': {
      const { toSarif } = await import('./sarif.ts');
      return terminal.printJson(toSarif(answer));
    }
    case 'github': {
      const { workflowCommands } = await import('./githubText.ts');
      const { summaryLine } = await import('./checkText.ts');
      for (const one of shown) {
        for (const line of workflowCommands(one)) terminal.print(line);
        // GitHub shows what is no command as it is; the counts belong to the log, not to the annotations.
        terminal.note(summaryLine(one, terminal.paintNote, { named: true }));
      }
      return;
    }
    case 'text':
      return answerInText(answer, terminal);
  }
}

async function answerInText({ shown, failed }: CheckAnswer, terminal: Terminal): Promise<void> {
  const { checkText } = await import('./checkText.ts');
  const named = shown.length + failed.length > 1;
  for (const [index, one] of shown.entries()) {
    if (index > 0 && one.fixed?.isDryRun !== true) terminal.print('');
    if (one.fixed) {
      const { answerFixed } = await import('./fixText.ts');
      answerFixed(one, one.fixed, terminal, { named });
      continue;
    }
    for (const line of checkText(one, terminal.paint, { named, columns: terminal.columns }))
      terminal.print(line);
  }
}
