// `llm-batch lsp`: the language server on standard input and output, for any editor.
import type { Command } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { examples } from './options.ts';
import type { Terminal } from './terminal.ts';

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Runs the language server: problems, hints and totals of batch files in any editor that speaks LSP.',
    )
    .option('--stdio', 'talk over standard input and output')
    // Clients add arguments of their own, such as --clientProcessId; the server reads those it knows.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: { readonly stdio?: true }) => {
      terminal.status = await serve(options.stdio === true, terminal);
    });
  examples(command, [['lsp --stdio', 'the command for an editor to start, for files named *.jsonl']]);
}

async function serve(stdio: boolean, terminal: Terminal): Promise<ExitCode> {
  if (!stdio) throw new CouldNotRun('The server needs to know how to talk; run "llm-batch lsp --stdio".');
  const { startLanguageServer } = await import('#server');
  startLanguageServer();
  // The client ends the process with the protocol's own words; here only a signal can.
  await terminal.interrupted();
  return exitCode.clean;
}
