// `llm-batch simulate`: a provider on this computer, until Ctrl-C.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { examples, type Format, formatOption, helpRows } from './options.ts';
import type { Terminal } from './terminal.ts';
import { homeOf } from './workshop.ts';

interface SimulateOptions {
  readonly port?: number;
  readonly latency?: number;
  readonly faults: string;
  readonly register?: true;
  readonly format: Format;
}

export async function define(command: Command, terminal: Terminal): Promise<void> {
  const { faultHelp } = await import('#simulator');
  command
    .description(
      'Answers as OpenAI, Anthropic and Gemini do, on 127.0.0.1 and without a key: real HTTP, made-up answers. ' +
        'Its URL is the first line of output. Ctrl-C ends it.',
    )
    .option('--port <n>', 'where it listens (default: a free port)', readPort)
    .addOption(
      new Option('--latency <time>', 'how long a batch takes: 500ms, 2s, 1m; a number alone is milliseconds')
        .argParser(readLatency)
        .default(3000, '3s'),
    )
    .addOption(
      new Option('--faults <spec>', 'what goes wrong, as a comma list (below)').default('', 'nothing'),
    )
    .option('--register', 'let "--profile simulator" and the editor use it')
    .addOption(formatOption())
    .action(async (options: SimulateOptions) => {
      terminal.status = await simulate(options, terminal);
    });
  examples(command, [
    ['simulate', 'prints a URL such as http://127.0.0.1:40123/v1'],
    ['simulate --port 8080 --latency 30s', 'a batch takes half a minute'],
    [
      'simulate --faults fail=3%,shuffle,429=2',
      'three rows in a hundred fail, two calls are refused at first',
    ],
    ['submit FILE --base-url http://127.0.0.1:8080/v1 --yes --wait', 'sends a file to it'],
  ]);
  const rows = faultHelp.map(({ form, about }) => [form, about] as const);
  command.addHelpText('after', `\nFaults:\n${helpRows(rows)}`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return port;
}

const unitMs = { ms: 1, s: 1000, m: 60_000 } as const;

function readLatency(text: string): number {
  const match = /^(\d{1,9}(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('It must be a time such as 500ms, 2s or 1m.');
  return Number(match[1]) * unitMs[(match[2] ?? 'ms') as keyof typeof unitMs];
}

async function simulate(options: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
  const { parseFaults, startSimulator } = await import('#simulator');
  const faults = parseFaults(options.faults);
  if ('problem' in faults) throw new CouldNotRun(String(faults.problem));
  const simulator = await startSimulator({
    port: options.port ?? 0,
    ...(options.latency === undefined ? {} : { latencyMs: options.latency }),
    faults: options.faults,
  }).catch((error: unknown) => {
    throw startFailure(error, options.port ?? 0);
  });
  const registered = options.register ? await register(simulator.url, terminal) : null;
  try {
    // On one line, for whoever reads on while it runs.
    if (options.format === 'json') terminal.printJsonLine({ url: simulator.url, pid: process.pid });
    else terminal.print(simulator.url);
    terminal.note('Answers on this computer only. Ctrl-C ends it.');
    await terminal.interrupted();
  } finally {
    await registered?.remove();
    await simulator.dispose();
  }
  return exitCode.clean;
}

/** Says to whoever has the profile "simulator" where it is. */
async function register(url: string, terminal: Terminal): Promise<{ readonly remove: () => Promise<void> }> {
  const path = join(await homeOf(terminal), 'simulator.json');
  const text = `${JSON.stringify({ url, pid: process.pid })}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600 });
  return {
    remove: async () => {
      // Another one may have taken the role meanwhile.
      const present = await readFile(path, 'utf8').catch(() => null);
      if (present === text) await rm(path, { force: true });
    },
  };
}

/** The simulator says in one sentence what is wrong with what it was asked; a system's error it leaves as it is. */
function startFailure(error: unknown, port: number): unknown {
  if (!(error instanceof Error)) return error;
  if (!('code' in error)) return new CouldNotRun(error.message, 'port');
  return error.code === 'EACCES'
    ? new CouldNotRun(`Port ${port} may not be used; name one above 1023, or none for a free one.`, 'port')
    : error;
}
