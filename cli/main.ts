// The `llm-batch` command.
import { run } from './program.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal();
terminal.open();
terminal.status = await run(process.argv.slice(2), terminal);
await terminal.end();
