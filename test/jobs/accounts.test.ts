// Who pays, and where: nothing without a key but on this machine, and no key in any record.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobAccount } from '#core';
import {
  type Account,
  type AccountAnswer,
  accountFromEnvironment,
  accountOf,
  accountWhereMade,
  checkJobAccount,
  keyLabel,
  providerName,
} from '#jobs';
import { hasOtherKey, recordOf } from '../../jobs/accounts/accounts.ts';

const openaiBaseUrl = 'https://api.openai.com/v1';

function account(answer: AccountAnswer): Extract<AccountAnswer, { kind: 'account' }>['account'] {
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return answer.account;
}

function kindOf(answer: AccountAnswer): string {
  return answer.kind === 'problem' ? answer.problem.kind : answer.kind;
}

test('the environment names the account, the option overrides the address', () => {
  const env = { OPENAI_API_KEY: ' sk-test-0123456789 ', OPENAI_BASE_URL: 'https://gateway.example/v1' };
  assert.deepEqual(account(accountFromEnvironment({ env, home: '/none' })), {
    profile: 'openai',
    provider: 'openai',
    baseUrl: 'https://gateway.example/v1',
    apiKey: 'sk-test-0123456789',
    headers: {},
    apiVersion: null,
  });
  const there = accountFromEnvironment({ env, home: '/none', baseUrl: 'http://localhost:1/v1' });
  assert.equal(account(there).baseUrl, 'http://localhost:1/v1');
  const plain = accountFromEnvironment({ env: { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: '' }, home: '/none' });
  assert.equal(account(plain).baseUrl, openaiBaseUrl);
});

test('only a server on this machine needs no key', () => {
  for (const url of [
    'http://127.0.0.1:8080/v1',
    'http://localhost/v1',
    'http://[::1]:1/v1',
    'http://127.9.9.9/v1',
  ]) {
    assert.equal(
      kindOf(accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: null })),
      'account',
      url,
    );
  }
  for (const url of [
    openaiBaseUrl,
    'http://127.0.0.1.example.com/v1',
    'http://localhost.example/v1',
    'http://10.0.0.1/v1',
  ]) {
    assert.equal(
      kindOf(accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: null })),
      'noKey',
      url,
    );
    assert.equal(
      kindOf(accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: '  ' })),
      'noKey',
      url,
    );
  }
  for (const url of ['not a url', 'localhost:8900/v1', 'ftp://127.0.0.1/v1', '']) {
    assert.equal(
      kindOf(accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: 'k' })),
      'badUrl',
      url,
    );
  }
  assert.equal(kindOf(accountFromEnvironment({ env: {}, home: '/none', profile: 'mine' })), 'unknownProfile');
});

test('a key that no header can hold is none, and is not repeated', () => {
  for (const key of ['sk-a\nb', 'sk-a\u0001b', 'sk-a…', '"sk-ab"', "'sk-ab'", 'sk a']) {
    const answer = accountOf({ profile: 'openai', provider: 'openai', baseUrl: openaiBaseUrl, apiKey: key });
    assert.ok(answer.kind === 'problem' && answer.problem.kind === 'badKey', key);
    assert.ok(!answer.problem.message.includes('sk'));
  }
  assert.equal(
    account(accountOf({ profile: 'openai', provider: 'openai', baseUrl: openaiBaseUrl, apiKey: ' sk-ab\n' }))
      .apiKey,
    'sk-ab',
  );
});

test('the simulator is where its file says', async () => {
  const home = await mkdtemp(join(tmpdir(), 'llm-batch-accounts-'));
  const ask = (): AccountAnswer => accountFromEnvironment({ env: {}, home, profile: 'simulator' });
  assert.equal(kindOf(ask()), 'noSimulator');
  await writeFile(join(home, 'simulator.json'), '{"url":"http://127.0.0.1:4010/v1","pid":1}');
  assert.equal(account(ask()).baseUrl, 'http://127.0.0.1:4010/v1');
  await writeFile(join(home, 'simulator.json'), '{"url":');
  assert.equal(kindOf(ask()), 'noSimulator');
  await rm(home, { recursive: true });
});

test('a record knows its account without its key', () => {
  const mine = account(
    accountOf({
      profile: 'openai',
      provider: 'openai',
      baseUrl: openaiBaseUrl,
      apiKey: 'sk-secret-0123456789',
    }),
  );
  const record = recordOf(mine);
  assert.match(record.keyFingerprint ?? '', /^[0-9a-f]{8}$/);
  assert.equal(JSON.stringify(record).includes('secret'), false);
  assert.equal(checkJobAccount(record, mine), null);
  assert.equal(checkJobAccount(record, { ...mine, baseUrl: `${openaiBaseUrl}/` }), null);
  assert.equal(hasOtherKey(record, mine), false);
  assert.equal(hasOtherKey(record, { ...mine, apiKey: 'sk-other-0123456789' }), true);
  const elsewhere = checkJobAccount(record, { ...mine, baseUrl: 'https://other.example/v1' });
  assert.match(elsewhere?.message ?? '', /api\.openai\.com.*other\.example/);
});

test('the simulator is the same wherever it listens', () => {
  const at = (port: number): ReturnType<typeof account> =>
    account(
      accountOf({
        profile: 'simulator',
        provider: 'openai',
        baseUrl: `http://127.0.0.1:${port}/v1`,
        apiKey: null,
      }),
    );
  assert.equal(checkJobAccount(recordOf(at(1)), at(2)), null);
});

test('a key is shown by its last four characters, a short one not at all', () => {
  assert.equal(keyLabel('sk-proj-0123456789abcd4f2a'), 'key …4f2a');
  assert.equal(keyLabel('short'), 'key set');
  assert.equal(keyLabel(null), 'no key');
});

test('the provider is called what people call it', () => {
  assert.equal(providerName({ profile: 'openai', baseUrl: openaiBaseUrl }), 'OpenAI');
  assert.equal(
    providerName({ profile: 'openai', baseUrl: 'https://gateway.example:8443/v1' }),
    'gateway.example:8443',
  );
  assert.equal(providerName({ profile: 'simulator', baseUrl: 'http://127.0.0.1:1/v1' }), 'the simulator');
});

test('a job is asked after at its own address with its own key, or with none where none is needed', () => {
  const made = { profile: 'openai', baseUrl: 'https://api.example.org/v1' };
  const answer = accountOf({
    profile: 'openai',
    provider: 'openai',
    baseUrl: made.baseUrl,
    apiKey: 'sk-made-with-this-key',
  });
  assert.ok(answer.kind === 'account');
  const { keyFingerprint } = recordOf(answer.account);
  const whereMade = (account: JobAccount, apiKey: string | null): Account | null =>
    accountWhereMade({ provider: 'openai', account }, { apiKey });
  assert.equal(whereMade({ ...made, keyFingerprint }, 'sk-made-with-this-key')?.baseUrl, made.baseUrl);
  assert.equal(whereMade({ ...made, keyFingerprint }, 'sk-another-key'), null);
  assert.equal(whereMade({ ...made, keyFingerprint }, null), null);
  const local = { profile: 'openai', baseUrl: 'http://127.0.0.1:8900/v1', keyFingerprint: null };
  assert.equal(whereMade(local, 'sk-another-key')?.apiKey, null, 'no key is sent where none was');
});
