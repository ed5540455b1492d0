// Does a key leave the place it belongs to? Whole journeys with a marked key; then everything that was written is searched.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { type Outcome, outcomeOf, Workplace } from '../cli/command.ts';
import { json, startScripted } from '../jobs/scriptedServer.ts';

/** A mark that is nowhere else on this machine, in the form of each provider's keys. */
const mark = randomBytes(12).toString('hex');
const contentMark = `content-${randomBytes(12).toString('hex')}`;
const keys = {
  OPENAI_API_KEY: `sk-proj-${mark}`,
  ANTHROPIC_API_KEY: `sk-ant-${mark}`,
  GEMINI_API_KEY: `AIza${mark}`,
  AZURE_OPENAI_API_KEY: `${mark}azure`,
  TEAM_KEY: `team_${mark}`,
};

let place: Workplace;
let url: string;
/** What people and logs get to see. */
const said: string[] = [];
const watched = { lines: 0 };

before(async () => {
  place = await Workplace.create();
  for (const name of ['tmp', 'home']) mkdirSync(place.path(name));
  ({ url } = await place.simulate(['--latency', '0.3', '--faults', 'fail=1']));
  const mine = { baseUrl: url, keyVariable: 'TEAM_KEY', headers: { 'x-team': 'reviews' } };
  const settings = { profiles: { mine }, budget: { perJobUsd: 100 } };
  await writeFile(join(place.home, 'settings.json'), JSON.stringify(settings));
});
after(() => place.dispose());

function environment(): Record<string, string> {
  const root = url.replace(/\/v1$/, '');
  return {
    ...keys,
    ...{ OPENAI_BASE_URL: url, ANTHROPIC_BASE_URL: root, GOOGLE_GEMINI_BASE_URL: root },
    ...{ AZURE_OPENAI_ENDPOINT: root, LLM_BATCH_SETTLE_MS: '100', LLM_BATCH_DEBUG: '1' },
    ...{ TMPDIR: place.path('tmp'), OPENAI_LOG: 'debug', ANTHROPIC_LOG: 'debug', NODE_ENV: 'development' },
  };
}

async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const child = place.start(args, { env: { ...environment(), ...more } });
  const look = setInterval(lookAtProcesses, 50);
  try {
    const outcome = await outcomeOf(child);
    said.push(outcome.stdout, outcome.stderr);
    return outcome;
  } finally {
    clearInterval(look);
  }
}

/** What any user of the machine can read of a process; other systems than Linux do not show it as files. */
function lookAtProcesses(): void {
  if (process.platform !== 'linux') return;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let line = '';
    try {
      line = readFileSync(`/proc/${id}/cmdline`, 'utf8');
    } catch {
      // It ended.
    }
    watched.lines++;
    assert.ok(!line.includes(mark) && !line.includes(contentMark), `process ${id} shows it`);
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

const ask = [{ role: 'user', content: `${contentMark} Say hi.` }];
const openai = { model: 'gpt-5.4-mini', messages: ask, max_completion_tokens: 20 };
const claude = { model: 'claude-haiku-4-5', max_tokens: 20, messages: ask };
const gemini = {
  contents: [{ role: 'user', parts: [{ text: `${contentMark} Say hi.` }] }],
  generationConfig: { maxOutputTokens: 20 },
};
const chat = { method: 'POST', url: '/v1/chat/completions', body: openai };
const journeys: readonly (readonly [string, (id: string) => object, readonly string[]])[] = [
  ['openai', (id) => ({ custom_id: id, ...chat }), []],
  ['profile', (id) => ({ custom_id: id, ...chat }), ['--profile', 'mine']],
  ['azure', (id) => ({ custom_id: id, ...chat }), ['--provider', 'azure']],
  ['anthropic', (id) => ({ custom_id: id, params: claude }), []],
  ['gemini', (id) => ({ key: id, request: gemini }), ['--model', 'gemini-3.5-flash']],
];
const quick = ['--poll-min', '0.1', '--poll-max', '0.2'];

for (const [name, lineOf, options] of journeys) {
  test(`a journey leaves no key behind, and content only where it belongs: ${name}`, async () => {
    const file = `${name}.jsonl`;
    const lines = ['a', 'b', 'c'].map((id) => `${JSON.stringify(lineOf(id))}\n`);
    await writeFile(place.path(file), lines.join(''));
    if (name === 'openai') for (const verb of ['check', 'estimate']) await run([verb, file]);
    const sent = await run(['submit', file, '--yes', '--wait', '--format', 'json', ...options, ...quick]);
    assert.equal(sent.code, 1, sent.stderr);
    const { id } = JSON.parse(sent.stdout).jobs[0];
    const verbs = name === 'openai' ? ['status', 'watch', 'download', 'cancel'] : ['status'];
    for (const verb of verbs) await run([verb, id, '--format', 'json']);
    await run(name === 'gemini' ? ['jobs'] : ['doctor', ...options]);
    search();
  });
}

test('nor does a provider that repeats the key in whatever it says', async (context) => {
  const server = await startScripted(context, ({ headers }, response) => {
    const key = headers.authorization?.replace('Bearer ', '') ?? headers['x-api-key'] ?? '';
    json(response, 401, { error: { message: `Wrong key ${key}, ${key}!`, type: key, code: key } });
  });
  for (const [file, variable] of [
    ['openai.jsonl', 'OPENAI_BASE_URL'],
    ['anthropic.jsonl', 'ANTHROPIC_BASE_URL'],
  ] as const) {
    const baseUrl = variable === 'OPENAI_BASE_URL' ? server.url : server.url.replace('/v1', '');
    const { code, stdout, stderr } = await run(['submit', file, '--yes', '--new', '--timeout', '120'], {
      [variable]: baseUrl,
    });
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /401/);
  }
  assert.ok(server.asked.length >= 2, 'it was asked');
  search();
});

/** Files that hold requests and answers; nothing else may. */
const ofContent = /^(\w+\.jsonl|\w+\.results\.jsonl|home\/jobs\/[\w-]+\/[\w.-]+\.jsonl)$/;

function search(): void {
  const out = said.join('\n');
  assert.ok(!out.includes(mark), 'the key was said');
  assert.ok(!out.includes(contentMark), `the content was said: ${near(out, contentMark)}`);
  let records = 0;
  for (const path of filesBelow(place.folder)) {
    const name = relative(place.folder, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'latin1');
    for (const form of [mark, Buffer.from(mark).toString('base64').slice(0, -4)]) {
      assert.ok(!text.includes(form), `${name} holds the key: ${near(text, form)}`);
    }
    if (name.endsWith('/job.json')) records++;
    if (!ofContent.test(name)) assert.ok(!text.includes(contentMark), `${name}: ${near(text, contentMark)}`);
  }
  assert.ok(records > 0, 'there are records to search');
  assert.ok(process.platform !== 'linux' || watched.lines > 0);
}

function near(text: string, what: string): string {
  const at = text.indexOf(what);
  return text.slice(Math.max(0, at - 60), at + 80);
}
