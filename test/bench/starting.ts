// How long until something answers? The command, the language server and the extension, against Node with nothing to do.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount } from '#core';
import { Editor } from '../server/editor.ts';
import type { Activation } from './activation.ts';
import { noiseOf, projectFile, quantile } from './measure.ts';
import type { Row } from './row.ts';

/** Short works, on a machine that does other things too. */
const turns = 15;

interface Start {
  readonly what: string;
  /** How long it took, in milliseconds. */
  readonly measure: () => number | Promise<number>;
  readonly note: string;
  readonly atMost?: number;
}

export async function measureStarting(folder: string): Promise<readonly Row[]> {
  const starts = startsWith(folder);
  const spent = starts.map(() => [] as number[]);
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, { measure }] of starts.entries()) spent[index]?.push(await measure());
  }
  const floor = spent[0] ?? [];
  return starts.map(({ what, note, atMost }, index) => {
    const took = spent[index] ?? [];
    const ms = quantile(took, 0.5);
    const against = index === 0 ? [] : [{ what: 'bare Node', ratio: ms / quantile(floor, 0.5) }];
    const limit = atMost === undefined ? {} : { atMost };
    return { what, ms, against, note, noise: noiseOf(took, floor), ...limit };
  });
}

/** The first is what the others are compared with. */
function startsWith(folder: string): readonly Start[] {
  const cli = projectFile('dist/cli.js');
  const example = readFileSync(projectFile('examples/reviews.jsonl'), 'utf8');
  const lines = example.trimEnd().split('\n');
  const oneLine = join(folder, 'one.jsonl');
  writeFileSync(oneLine, `${lines[0]}\n`);
  const environment = { ...process.env, LLM_BATCH_HOME: join(folder, 'home') };
  const command = (...args: readonly string[]): number => {
    const startedMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env: environment });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
    return performance.now() - startedMs;
  };
  return [
    { what: 'bare Node', measure: () => command('--eval', '0'), note: 'a process that does nothing' },
    { what: 'llm-batch --help', measure: () => command(cli, '--help'), note: '', atMost: 100 },
    { what: 'llm-batch check, one line', measure: () => command(cli, 'check', oneLine), note: '' },
    {
      what: 'llm-batch estimate, one line',
      measure: () => command(cli, 'estimate', oneLine),
      note: 'exact tokens: with the ranks of an encoding',
    },
    { what: 'language server: started', measure: () => serverStart(null), note: 'initialize is answered' },
    {
      what: 'language server: first problems',
      measure: () => serverStart(example),
      note: `from its start, of ${formatCount(lines.length)} lines`,
    },
    {
      what: 'extension: loaded and active',
      measure: () => activation(({ loadMs, activateMs }) => loadMs + activateMs),
      note: 'over a stand-in for vscode',
      atMost: 50,
    },
    {
      what: 'extension: work just after',
      measure: () => activation(({ afterwardsMs }) => afterwardsMs),
      note: 'it reads the records of jobs',
    },
  ];
}

/** Until the server is there; with a text, until its first problems are. */
async function serverStart(text: string | null): Promise<number> {
  const startedMs = performance.now();
  const editor = await Editor.start({ debounceMs: 0 }, projectFile('dist/languageServer.js'));
  try {
    if (text !== null) {
      const uri = 'file:///bench/starting.jsonl';
      await editor.open(uri, text);
      await editor.problems(uri);
    }
    return performance.now() - startedMs;
  } finally {
    await editor.stop();
  }
}

function activation(msOf: (activation: Activation) => number): number {
  const script = projectFile('test/bench/activation.ts');
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(`The extension was not activated: ${stderr}`);
  return msOf(JSON.parse(stdout) as Activation);
}
