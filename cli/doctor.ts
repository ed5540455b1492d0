// `llm-batch doctor`: what is set up, and what is in the way of a submit.
import type { Command } from 'commander';
import type { DoctorReport, Section } from './doctorReport.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { accountOptions, examples, type Format, formatOption, providerOption } from './options.ts';
import type { Terminal } from './terminal.ts';
import type { AccountOptions } from './workshop.ts';

interface DoctorOptions extends AccountOptions {
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command.description(
    'Looks at what a submit needs: the keys (present or not, never shown), whether the provider answers and takes it, proxy, ' +
      'certificates, the folder of the jobs, settings.json, .llm-batch.json, clock and versions. It asks the provider once for its newest ' +
      'batch, changes nothing and costs nothing. Exit status 1 when something is in the way.',
  );
  accountOptions(command);
  command
    .addOption(providerOption())
    .addOption(formatOption())
    .action(async (options: DoctorOptions) => {
      terminal.status = await doctor(options, terminal);
    });
  examples(command, [
    ['doctor', 'a line for each thing: ok, none (not needed), missing or problem'],
    ['doctor --profile mine', 'the same for a profile of settings.json, or for another provider'],
    ['doctor --base-url http://127.0.0.1:8900/v1', 'the same for another address'],
    ['doctor --format json', 'one JSON document, for a report or a script'],
  ]);
}

async function doctor({ format, ...account }: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const here = await import('./doctorHere.ts');
  const { keysSection, settingsSection } = await import('./doctorKeys.ts');
  const { lookAtProvider } = await import('./doctorProvider.ts');
  const { doctorLines, isWrong } = await import('./doctorReport.ts');
  // First: from here on calls go through it.
  const proxy = await here.proxySection(terminal);
  const [{ key, provider, clock }, keys, settings, certificates, state, project, simulator] =
    await Promise.all([
      lookAtProvider(account, terminal),
      keysSection(terminal),
      settingsSection(terminal),
      here.certificatesSection(terminal),
      here.stateSection(terminal),
      here.projectSection(),
      here.simulatorSection(terminal),
    ]);
  const sections = {
    ...{ version: here.versionSection(), key, keys, settings, provider, clock, proxy },
    ...{ certificates, state, project, simulator },
  } satisfies Readonly<Record<string, Section>>;
  const ready = !Object.values(sections).some(isWrong);
  const report: DoctorReport = { ready, ...sections };
  if (format === 'json') terminal.printJson(report);
  else for (const line of doctorLines(report, terminal.columns, terminal.paint)) terminal.print(line);
  return ready ? exitCode.clean : exitCode.errors;
}
