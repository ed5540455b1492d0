// What a person's settings may say: accounts without keys, caps and thresholds; what is wrong is said and has no effect.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Ajv } from 'ajv';
import type { Job, Provider } from '#core';
import {
  type Account,
  accountForJob,
  accountFromEnvironment,
  countingAccountFrom,
  noSettings,
  type Profile,
  readSettings,
  readSettingsFile,
  sendableProviders,
} from '#jobs';
import { recordOf } from '../../jobs/accounts/accounts.ts';

const schema: object = JSON.parse(
  readFileSync(new URL('../../schemas/settings.json', import.meta.url), 'utf8'),
);
const isValid = new Ajv({ strict: false }).compile(schema);

/** Of one profile: itself, or what is wrong with it. */
function profileOf(profile: unknown, name = 'mine'): Profile | string {
  const { settings, problems } = readSettings({ profiles: { [name]: profile } });
  return settings.profiles[name] ?? problems.join(' ');
}

test('a profile has what it says, and the rest is usual', () => {
  assert.deepEqual(profileOf({ baseUrl: 'https://gateway.example/v1' }), {
    provider: 'openai-compatible',
    baseUrl: 'https://gateway.example/v1',
    keyVariable: null,
    headers: {},
    apiVersion: null,
    values: {},
  });
  const full = {
    provider: 'anthropic',
    baseUrl: 'https://gateway.example/anthropic',
    keyVariable: 'TEAM_KEY',
    headers: { 'x-team': 'reviews' },
    apiVersion: '2023-06-01',
    limits: { queueTokens: { '*': 90_000 } },
    prices: { 'claude-*': { batchInput: 1, batchOutput: 2 } },
  };
  assert.deepEqual(profileOf(full), {
    ...{ provider: 'anthropic', baseUrl: 'https://gateway.example/anthropic', keyVariable: 'TEAM_KEY' },
    ...{ headers: { 'x-team': 'reviews' }, apiVersion: '2023-06-01' },
    values: {
      ...{
        prices: { 'claude-*': { batchInput: 1, batchOutput: 2, origin: 'settings' } },
        queueTokens: { '*': 90_000 },
      },
      anthropicVersion: '2023-06-01',
    },
  });
  assert.ok(isValid({ profiles: { mine: full } }), JSON.stringify(isValid.errors));
});

test('wishes for every submit: nothing where nothing is said, and what is wrong is said', () => {
  const wishesOf = (value: unknown): readonly unknown[] => {
    const { settings, problems } = readSettings(value);
    return [settings.retryFailed, settings.deleteUploads, problems.join(' ')];
  };
  assert.deepEqual(wishesOf({}), [0, false, '']);
  assert.deepEqual(wishesOf({ retryFailed: 2, deleteUploads: true }), [2, true, '']);
  assert.ok(isValid({ retryFailed: 2, deleteUploads: true }));
  for (const retryFailed of [-1, 11, 1.5, 'x', true]) {
    assert.deepEqual(wishesOf({ retryFailed }), [
      0,
      false,
      '"retryFailed" must be a whole number from 0 to 10.',
    ]);
    assert.ok(!isValid({ retryFailed }));
  }
  assert.deepEqual(wishesOf({ deleteUploads: 'yes' }), [0, false, '"deleteUploads" must be true or false.']);
});

test('the key of a provider is for its own address alone', () => {
  const variableOf = (profile: object): unknown => (profileOf(profile) as Profile).keyVariable;
  assert.equal(variableOf({ provider: 'openai' }), 'OPENAI_API_KEY');
  assert.equal(variableOf({ provider: 'groq' }), 'GROQ_API_KEY');
  assert.equal(variableOf({ provider: 'openai', baseUrl: 'https://gateway.example/v1' }), null);
  assert.equal(
    variableOf({ provider: 'azure', baseUrl: 'https://x.openai.azure.com' }),
    'AZURE_OPENAI_API_KEY',
  );
});

test('an address is completed as the provider has it', () => {
  const baseUrlOf = (profile: object): unknown => (profileOf(profile) as Profile).baseUrl;
  const azure = { provider: 'azure', baseUrl: 'https://x.openai.azure.com/' };
  assert.equal(baseUrlOf(azure), 'https://x.openai.azure.com/openai/v1');
  assert.equal(baseUrlOf({ ...azure, apiVersion: '2024-10-21' }), 'https://x.openai.azure.com/openai');
  assert.equal(baseUrlOf({ provider: 'anthropic', baseUrl: 'http://127.0.0.1:1/v1' }), 'http://127.0.0.1:1');
  assert.equal(baseUrlOf({ provider: 'gemini' }), 'https://generativelanguage.googleapis.com');
});

const secret = 'sk-proj-0123456789abcdef';
const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ['a key of its own', { baseUrl: 'https://a.example', apiKey: secret }, /keys do not belong in settings/],
  ['a key for a variable', { baseUrl: 'https://a.example', keyVariable: secret }, /name of a variable/],
  ['a key of Groq for a variable', { provider: 'groq', keyVariable: 'gsk_0123456789abcdef' }, /in capitals/],
  ['a login', { baseUrl: 'https://me:sk-proj-0123456789abcdef@a.example' }, /name or a password/],
  ['a query', { baseUrl: 'https://a.example/?key=sk-proj-0123456789abcdef' }, /before any "\?"/],
  ['no address', { provider: 'azure' }, /"baseUrl" is needed/],
  ['half an address', { baseUrl: 'a.example/v1' }, /begins with https/],
  ['another scheme', { baseUrl: 'file:///etc' }, /begins with https/],
  ['a provider nobody sends to', { provider: 'mistral', baseUrl: 'https://a.example' }, /one of openai/],
  ['an unknown member', { baseUrl: 'https://a.example', organisation: 'x' }, /it can hold provider/],
  ['no object', 'https://a.example', /must be an object/],
  [
    'limits that are none',
    { baseUrl: 'https://a.example', limits: { queueTokens: { '*': -1 } } },
    /whole number/,
  ],
  ['prices that are none', { baseUrl: 'https://a.example', prices: { '*': { input: -1 } } }, /"prices"/],
];

for (const [name, profile, words] of wrong) {
  test(`a profile has no effect with ${name}`, () => {
    const said = profileOf(profile);
    assert.ok(typeof said === 'string', JSON.stringify(said));
    assert.match(said, words);
    assert.match(said, /^The profile "mine" has no effect: .*\.$/);
    assert.doesNotMatch(said, /0123456789/);
  });
}

test('headers that hold keys, or break the calls, are none', () => {
  const names = [
    ...['Authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'Ocp-Apim-Subscription-Key'],
    ...['x-goog-api-key', 'Cookie', 'X-Auth-Token', 'helicone-auth', 'cf-access-client-secret'],
    ...['Host', 'content-length', 'transfer-encoding', 'anthropic-version', 'not a name', 'a:b'],
  ];
  for (const name of names) {
    const said = profileOf({ baseUrl: 'https://a.example', headers: { [name]: 'text' } });
    assert.equal(typeof said, 'string', name);
  }
  for (const text of ['Bearer abc', secret, `x ${secret}`, 'eyJhbGciOi.x.y', 'a\nb', 'ä', 7]) {
    const said = profileOf({ baseUrl: 'https://a.example', headers: { 'x-team': text } });
    assert.equal(typeof said, 'string', String(text));
    assert.ok(!String(said).includes('0123456789'));
  }
  const fine = { 'OpenAI-Organization': 'org-1', 'x-litellm-tags': 'batch,reviews', 'x-monkey': 'a' };
  assert.deepEqual((profileOf({ baseUrl: 'https://a.example', headers: fine }) as Profile).headers, fine);
});

test('a name means one thing', () => {
  for (const name of [
    'openai',
    'simulator',
    'auto',
    'xai',
    '',
    'with blanks',
    '-x',
    'x'.repeat(41),
    '../x',
  ]) {
    assert.equal(typeof profileOf({ baseUrl: 'https://a.example' }, name), 'string', name);
  }
  const parsed: unknown = JSON.parse('{"profiles":{"__proto__":{"baseUrl":"https://a.example"}}}');
  assert.deepEqual(readSettings(parsed).settings.profiles, {});
});

test('caps and thresholds are numbers, and what is not one is said', () => {
  const { settings, problems } = readSettings({
    budget: { perJobUsd: 5, perMonthUsd: 'much', perYearUsd: 1 },
    alerts: { completionPercent: 90, runningHours: null },
  });
  assert.deepEqual(settings.budget, { perJobUsd: 5, perMonthUsd: null });
  assert.deepEqual(settings.alerts, { ...noSettings.alerts, completionPercent: 90 });
  assert.equal(problems.length, 2);
  for (const value of [[], 7, 'x', null]) assert.deepEqual(readSettings(value).settings, noSettings);
  assert.match(
    readSettings({ prices: {} }).problems.join(),
    /profiles, budget, alerts, retryFailed and deleteUploads/,
  );
});

function homeWith(context: TestContext, settings: unknown): string {
  const home = mkdtempSync(join(tmpdir(), 'llm-batch-settings-'));
  context.after(() => rmSync(home, { recursive: true }));
  const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
  writeFileSync(join(home, 'settings.json'), text);
  return home;
}

test('the file is read as it is, and what cannot be read is said with its place', (context) => {
  assert.deepEqual(readSettingsFile('/none'), {
    ...{ path: '/none/settings.json', exists: false, settings: noSettings, problems: [] },
  });
  const home = homeWith(context, '\ufeff{"budget":{"perJobUsd":1}}');
  assert.equal(readSettingsFile(home).settings.budget.perJobUsd, 1);
  const broken = homeWith(context, '{"budget":');
  assert.match(readSettingsFile(broken).problems.join(), /settings\.json is not JSON and has no effect/);
  const folder = homeWith(context, '{}');
  rmSync(join(folder, 'settings.json'));
  mkdirSync(join(folder, 'settings.json'));
  assert.match(readSettingsFile(folder).problems.join(), /is no file/);
});

const gateway = {
  baseUrl: 'https://gateway.example/v1',
  keyVariable: 'TEAM_KEY',
  headers: { 'x-team': 'a' },
};

function accountAt(
  home: string,
  profile: string,
  env: Record<string, string>,
  baseUrl?: string,
): Account | string {
  const answer = accountFromEnvironment({ env, home, profile, baseUrl });
  return answer.kind === 'account' ? answer.account : `${answer.problem.kind}: ${answer.problem.message}`;
}

test('--profile takes the address, headers and the key of that profile, and of no other', (context) => {
  const home = homeWith(context, { profiles: { mine: gateway, wrong: { baseUrl: 'x' } } });
  const env = { TEAM_KEY: 'team-0123456789', OPENAI_API_KEY: 'sk-other-0123456789' };
  assert.deepEqual(accountAt(home, 'mine', env), {
    ...{ profile: 'mine', provider: 'openai-compatible', baseUrl: 'https://gateway.example/v1' },
    ...{ apiKey: 'team-0123456789', headers: { 'x-team': 'a' }, apiVersion: null },
  });
  const without = accountAt(home, 'mine', { OPENAI_API_KEY: 'sk-other-0123456789' });
  assert.match(String(without), /^noKey: There is no key for gateway\.example; set TEAM_KEY, /);
  assert.match(
    String(accountAt(home, 'wrong', env)),
    /^unknownProfile: .*"wrong"\. .*"baseUrl" must be an address/,
  );
  assert.match(
    String(accountAt(home, 'other', env)),
    /There are openai, .*simulator, mine; "profiles" in .*settings\.json/,
  );
});

test('tokens are counted at a profile with its key, where its provider counts', (context) => {
  const claude = { provider: 'anthropic', baseUrl: 'https://claude.example', keyVariable: 'TEAM_KEY' };
  const home = homeWith(context, { profiles: { claude } });
  const request = { env: { TEAM_KEY: 'team-0123456789' }, home, profile: 'claude' };
  const counting = countingAccountFrom('anthropic', request);
  assert.ok(counting.kind === 'account');
  assert.deepEqual([counting.account.baseUrl, counting.account.apiKey], [claude.baseUrl, 'team-0123456789']);
  assert.equal(countingAccountFrom('gemini', request).kind, 'problem');
});

test('every provider has an account from the variables of its SDK', () => {
  const env = {
    ...{ OPENAI_API_KEY: 'key-openai', ANTHROPIC_API_KEY: 'key-anthropic', GEMINI_API_KEY: 'key-gemini' },
    ...{ AZURE_OPENAI_API_KEY: 'key-azure', GROQ_API_KEY: 'key-groq' },
    ...{ AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com', ANTHROPIC_BASE_URL: 'https://claude.example' },
    ...{ GOOGLE_GEMINI_BASE_URL: 'https://gemini.example', OPENAI_BASE_URL: 'https://server.example/v1' },
  };
  const keys = sendableProviders.map((provider) => {
    const answer = accountFromEnvironment({ env, home: '/none', provider });
    return answer.kind === 'account'
      ? [provider, answer.account.apiKey, answer.account.baseUrl]
      : answer.problem;
  });
  assert.deepEqual(keys, [
    ['openai', 'key-openai', 'https://server.example/v1'],
    ['anthropic', 'key-anthropic', 'https://claude.example'],
    ['gemini', 'key-gemini', 'https://gemini.example'],
    ['azure', 'key-azure', 'https://x.openai.azure.com/openai/v1'],
    ['groq', 'key-groq', 'https://api.groq.com/openai/v1'],
    ['openai-compatible', 'key-openai', 'https://server.example/v1'],
  ]);
  for (const provider of ['mistral', 'xai'] as const) {
    const answer = accountFromEnvironment({ env, home: '/none', provider });
    assert.ok(answer.kind === 'problem' && answer.problem.kind === 'notSendable');
  }
});

test('a job is asked after where it was made, with its own key and version, whatever the settings say now', (context) => {
  const home = homeWith(context, { profiles: { mine: gateway } });
  const env = { TEAM_KEY: 'team-0123456789' };
  const account = accountAt(home, 'mine', env);
  assert.ok(typeof account !== 'string');
  const job = jobOf({ ...account, apiVersion: '2024-10-21' });
  assert.ok(!JSON.stringify(job).includes('0123456789'));
  writeFileSync(
    join(home, 'settings.json'),
    JSON.stringify({ profiles: { mine: { ...gateway, baseUrl: 'https://moved.example/v1' } } }),
  );
  const found = accountForJob(job, { env, home });
  assert.ok(found.kind === 'account');
  assert.deepEqual(found.account, { ...account, apiVersion: '2024-10-21' });
  // Another key is for another address.
  const other = accountForJob(job, { env: { TEAM_KEY: 'other-0123456789' }, home });
  assert.ok(other.kind === 'account' && other.account.baseUrl === 'https://moved.example/v1');
  const none = accountForJob(job, { env: {}, home });
  assert.ok(none.kind === 'problem' && none.problem.kind === 'noKey');
  writeFileSync(join(home, 'settings.json'), '{}');
  const gone = accountForJob(job, { env, home });
  assert.ok(gone.kind === 'problem' && gone.problem.kind === 'unknownProfile');
});

test('a job of each provider finds its account, and the simulator answers as each', (context) => {
  const home = homeWith(context, '{}');
  writeFileSync(join(home, 'simulator.json'), '{"url":"http://127.0.0.1:4010/v1","pid":1}');
  for (const provider of sendableProviders) {
    const simulated = accountFromEnvironment({ env: {}, home, profile: 'simulator', provider });
    assert.ok(simulated.kind === 'account', provider);
    const found = accountForJob(jobOf(simulated.account), { env: {}, home });
    assert.deepEqual(found, simulated);
    assert.equal(simulated.account.provider, provider);
  }
  const claude = accountFromEnvironment({ env: {}, home, profile: 'simulator', provider: 'anthropic' });
  assert.ok(claude.kind === 'account' && claude.account.baseUrl === 'http://127.0.0.1:4010');
});

function jobOf(account: Account): Pick<Job, 'provider' | 'account'> {
  return { provider: account.provider as Provider, account: recordOf(account) };
}
