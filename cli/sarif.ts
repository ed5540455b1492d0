// The answer of `check` as SARIF 2.1.0, the form in which code scanning takes it.
import { pathToFileURL } from 'node:url';
import type {
  Artifact,
  ArtifactLocation,
  Location,
  Log,
  Notification,
  ReportingDescriptor,
  Result,
} from 'sarif';
import { type Place, type Problem, type ProblemCode, problemCodes, type Severity } from '#core';
import type { ShownCheck } from './check.ts';
import type { CheckAnswer } from './checkAnswer.ts';
import { unlistedLine } from './checkText.ts';
import { exitCode } from './exitCode.ts';
import type { FailedInput } from './input.ts';
import { readProblemPage } from './problemPages.ts';
import { packageVersion } from './version.ts';
import { fromHere } from './words.ts';

type Level = 'error' | 'warning' | 'note';

const levels = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
} as const satisfies Record<Severity, Level>;

export function toSarif({ shown, failed, exit }: CheckAnswer): Log {
  const codes = [...new Set(shown.flatMap(({ report }) => report.problems.map(({ code }) => code)))].sort();
  const ruleIndex = new Map(codes.map((code, index) => [code, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'llm-batch', version: packageVersion(), rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: exit !== exitCode.couldNotRun,
            exitCode: exit,
            toolExecutionNotifications: [...failed.map(failedNotice), ...shown.flatMap(unlistedNotice)],
          },
        ],
        artifacts: shown.map(artifactOf),
        results: shown.flatMap(({ name, report }, index) =>
          report.problems.map((problem) => resultOf(problem, locationOf(name, index), ruleIndex)),
        ),
      },
    ],
  };
}

/** What a code means, from its page, whole: a log is read where the package is not. */
function ruleOf(code: ProblemCode): ReportingDescriptor {
  const { severity, scope } = problemCodes[code];
  const page = readProblemPage(code);
  return {
    id: code,
    ...(page === null
      ? {}
      : {
          shortDescription: { text: page.summary },
          fullDescription: { text: page.cause },
          help: { text: `${page.cause}\n\n${page.fix}`, markdown: page.markdown },
        }),
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: [code.split('.')[0] ?? code, scope] },
  };
}

function resultOf(
  problem: Problem,
  at: ArtifactLocation,
  ruleIndex: ReadonlyMap<ProblemCode, number>,
): Result {
  const place = (where: Place): Location => ({
    physicalLocation: {
      artifactLocation: at,
      region: {
        startLine: where.line + 1,
        startColumn: where.start + 1,
        endLine: where.endLine + 1,
        endColumn: where.end + 1,
      },
    },
  });
  return {
    ruleId: problem.code,
    ruleIndex: ruleIndex.get(problem.code) ?? -1,
    level: levels[problem.severity],
    message: { text: messageText(problem.message) },
    locations: [place(problem)],
    ...(problem.related.length === 0
      ? {}
      : {
          relatedLocations: problem.related.map((related) => ({
            ...place(related),
            message: { text: messageText(related.message) },
          })),
        }),
    properties: { severity: problem.severity, scope: problem.scope },
  };
}

/** SARIF takes braces for places of arguments, and brackets before a parenthesis for links (3.11.5, 3.11.6). */
function messageText(text: string): string {
  return text.replaceAll(/[{}]/g, '$&$&').replaceAll(/\[(?=[^\]]*\]\()/g, '\\[');
}

function artifactOf({ name, sha256, report }: ShownCheck): Artifact {
  return {
    location: locationOf(name),
    length: report.sizeBytes,
    roles: name === '-' ? ['analysisTarget', 'standardStream'] : ['analysisTarget'],
    ...(sha256 === null ? {} : { hashes: { 'sha-256': sha256 } }),
  };
}

/** Relative to the present folder, where code scanning looks for it; absolute for a file elsewhere. */
function locationOf(name: string, index?: number): ArtifactLocation {
  return { uri: uriOf(name), ...(index === undefined ? {} : { index }) };
}

function uriOf(name: string): string {
  if (name === '-') return 'stdin';
  const path = fromHere(name);
  const here = pathToFileURL('./').href;
  const { href } = pathToFileURL(path);
  return href.startsWith(here) ? href.slice(here.length) : href;
}

function failedNotice({ input, message }: FailedInput): Notification {
  return {
    level: 'error',
    message: { text: messageText(message) },
    locations: [{ physicalLocation: { artifactLocation: locationOf(input.name) } }],
  };
}

function unlistedNotice({ name, report, unlisted }: ShownCheck): Notification[] {
  if (unlisted === 0) return [];
  return [
    {
      level: 'warning',
      message: { text: unlistedLine(report.problems.length, unlisted) },
      locations: [{ physicalLocation: { artifactLocation: locationOf(name) } }],
    },
  ];
}
