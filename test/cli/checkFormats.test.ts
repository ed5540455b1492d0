import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Log, Result } from 'sarif';
import { chatLine, chatLines, Workplace } from './command.ts';
import { assertValidSarif } from './formats.ts';

let place: Workplace;
before(async () => {
  place = await Workplace.create();
  await writeFile(place.path('clean.jsonl'), chatLines(2));
  await writeFile(place.path('twice.jsonl'), `${chatLine('a')}\n${chatLine('b')}\n${chatLine('a')}\n`);
  await mkdir(place.path('a folder'));
  // One of each severity; the emoji is two UTF-16 units.
  const levels = [
    chatLine('😀', 'x', { temperature: 3, user: 'u' }),
    '',
    chatLine('b', 'x', { model: 'gpt-99-nova' }),
  ];
  await writeFile(place.path('a folder/l#v%ls,1:2.jsonl'), `${levels.join('\n')}\n`);
});
after(() => place.dispose());

async function sarifOf(
  args: readonly string[],
  stdin = '',
): Promise<{ readonly log: Log; readonly code: number | null }> {
  const { code, stdout } = await place.run(['check', '--format', 'sarif', ...args], { stdin });
  return { log: JSON.parse(stdout) as Log, code };
}

function regionOf(result: Result | undefined): unknown {
  return result?.locations?.[0]?.physicalLocation?.region;
}

test('sarif: rules with their pages, results with places, related places, levels, and the exit status', async () => {
  const { log, code } = await sarifOf(['twice.jsonl', 'clean.jsonl']);
  assert.equal(code, 1);
  const [run] = log.runs;
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const { name, version, rules = [] } = run?.tool.driver ?? {};
  assert.deepEqual([name, version, run?.columnKind], ['llm-batch', manifest.version, 'utf16CodeUnits']);
  assert.deepEqual(
    rules.map(({ id, shortDescription, defaultConfiguration }) => [
      id,
      shortDescription?.text,
      defaultConfiguration,
    ]),
    [['id.duplicate', 'Two or more requests share a `custom_id`.', { level: 'error' }]],
  );
  assert.match(rules[0]?.help?.markdown ?? '', /^# id\.duplicate\n/);
  assert.match(rules[0]?.help?.text ?? '', /Make the ids different/);
  const [invocation] = run?.invocations ?? [];
  assert.deepEqual(invocation, { executionSuccessful: true, exitCode: 1, toolExecutionNotifications: [] });
  assert.deepEqual(
    run?.artifacts?.map(({ location, length }) => [location?.uri, length]),
    [
      ['twice.jsonl', (await readFile(place.path('twice.jsonl'))).length],
      ['clean.jsonl', (await readFile(place.path('clean.jsonl'))).length],
    ],
  );
  const [first, second, ...others] = run?.results ?? [];
  assert.equal(others.length, 0);
  assert.deepEqual([first?.ruleId, first?.ruleIndex, first?.level], ['id.duplicate', 0, 'error']);
  assert.deepEqual(regionOf(first), { startLine: 1, startColumn: 14, endLine: 1, endColumn: 17 });
  assert.deepEqual(first?.locations?.[0]?.physicalLocation?.artifactLocation, {
    uri: 'twice.jsonl',
    index: 0,
  });
  assert.deepEqual(
    first?.relatedLocations?.map(({ physicalLocation }) => physicalLocation?.region?.startLine),
    [3],
  );
  assert.deepEqual(regionOf(second), { startLine: 3, startColumn: 14, endLine: 3, endColumn: 17 });
});

test('sarif: levels; relative addresses that are URIs; columns in UTF-16 units', async () => {
  const { log } = await sarifOf(['a folder/l#v%ls,1:2.jsonl', place.path('clean.jsonl')]);
  const { results = [], artifacts = [] } = log.runs[0] ?? {};
  assert.deepEqual(
    artifacts.map(({ location }) => location?.uri),
    ['a%20folder/l%23v%25ls,1:2.jsonl', 'clean.jsonl'],
  );
  const levels = new Map(results.map(({ ruleId, level }) => [ruleId, level]));
  assert.deepEqual(
    ['body.range', 'line.blank', 'model.unknown', 'body.deprecated'].map((code) => levels.get(code)),
    ['error', 'warning', 'note', 'note'],
  );
  const { problems } = JSON.parse(
    (await place.run(['check', 'a folder/l#v%ls,1:2.jsonl', '--format', 'json'])).stdout,
  ).files[0];
  assert.deepEqual(
    results.map((result) => regionOf(result)),
    problems.map((problem: Record<string, number>) => ({
      ...{ startLine: problem.line, startColumn: problem.column },
      ...{ endLine: problem.endLine, endColumn: problem.endColumn },
    })),
  );
});

test('sarif: standard input, a file that is not there, problems that are not listed, braces in a message', async () => {
  const stdin = await sarifOf(['-'], chatLines(1));
  assert.deepEqual([stdin.code, stdin.log.runs[0]?.artifacts?.[0]?.location?.uri], [0, 'stdin']);
  const missing = await sarifOf(['clean.jsonl', 'nowhere.jsonl']);
  assert.equal(missing.code, 2);
  const [invocation] = missing.log.runs[0]?.invocations ?? [];
  assert.deepEqual([invocation?.executionSuccessful, invocation?.exitCode], [false, 2]);
  assert.match(
    invocation?.toolExecutionNotifications?.[0]?.message.text ?? '',
    /There is no file nowhere\.jsonl/,
  );
  const few = await sarifOf(['twice.jsonl', '--max-problems', '1']);
  assert.match(
    few.log.runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text ?? '',
    /^1 problem is listed, 1 more is not;/,
  );
  const braces = await sarifOf(['-'], `${chatLine('{0}[x](1)')}\n`.repeat(2));
  assert.match(braces.log.runs[0]?.results?.[0]?.message.text ?? '', /^"\{\{0\}\}\\\[x\]\(1\)" is also/);
});

test('the SARIF schema that is asked refuses what is no SARIF', () => {
  assert.throws(() => assertValidSarif({ version: '2.1.0', runs: [{ tool: {} }] }), /driver/);
  assert.throws(() => assertValidSarif({ version: '2.1.0', runs: [], extra: 1 }), /extra/);
});

test('github: one workflow command for each problem, escaped; the summary goes to stderr', async () => {
  const { code, stdout, stderr } = await place.run(['check', '--format', 'github', 'twice.jsonl']);
  assert.equal(code, 1);
  assert.equal(
    stdout.split('\n')[0],
    '::error file=twice.jsonl,line=1,col=14,endColumn=17,title=id.duplicate::"a" is also on line 3; answers could not be told apart.',
  );
  assert.equal(stdout.trimEnd().split('\n').length, 2);
  assert.match(stderr, /^twice\.jsonl: 2 errors in 3 requests/);
  const odd = await place.run(['check', '--format', 'github', 'a folder/l#v%ls,1:2.jsonl']);
  const commands = odd.stdout.trimEnd().split('\n');
  for (const command of commands) {
    assert.match(command, /^::(error|warning|notice) file=a folder\/l#v%25ls%2C1%3A2\.jsonl,line=\d+,/);
  }
  assert.deepEqual(
    commands.map((command) => /^::(\w+) .*title=([\w.-]+)/.exec(command)?.slice(1)),
    [
      ['error', 'body.range'],
      ['error', 'model.mixed'],
      ['warning', 'id.pattern'],
      ['warning', 'line.blank'],
      ['notice', 'model.unknown'],
      ['notice', 'body.deprecated'],
    ],
  );
});

test('github: what stands in a file cannot give commands, nor colours', async () => {
  const hostile = 'x%\n::stop-commands::y\r\u001b[31m';
  const { stdout } = await place.run(['check', '--format', 'github', '--severity', 'error', '-'], {
    stdin: `${chatLine(hostile)}\n`.repeat(2),
  });
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.match(line, /^::error line=\d,col=14,endColumn=\d+,title=id\.duplicate::/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for.
    assert.doesNotMatch(line, /[\u0000-\u001f]/);
    assert.ok(line.includes('%25'));
  }
});

test('several files: each summary is named, and one that is not there keeps no other back', async () => {
  const { code, stdout, stderr } = await place.run(['check', 'clean.jsonl', 'nowhere.jsonl', 'twice.jsonl']);
  assert.equal(code, 2);
  assert.match(stdout, /^clean\.jsonl: No problems in 2 requests/);
  assert.match(stdout, /^twice\.jsonl: 2 errors in 3 requests/m);
  assert.equal(stderr, 'llm-batch: There is no file nowhere.jsonl; check the name.\n');
  const json = await place.run(['check', 'nowhere.jsonl', 'clean.jsonl', '--format', 'json']);
  const { files, error } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, files.length, error.code], [2, 1, 'file']);
  const estimate = await place.run(['estimate', 'nowhere.jsonl', 'clean.jsonl', '--format', 'json']);
  assert.deepEqual([estimate.code, JSON.parse(estimate.stdout).files.length], [2, 1]);
});
