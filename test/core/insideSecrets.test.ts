// Keys pasted into a file are found wherever they stand; what only looks like one is left alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findSecrets } from '../../core/check/inside/secrets.ts';
import { chat, findingsOf, responses } from './inside.ts';

/** Made up, and put together here so that no scanner takes this file for a leak. */
const keys: Readonly<Record<string, string>> = {
  openai: `sk-proj-${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0Ya'}T3BlbkFJ${'uW8eRi2Ot6Py4As9Df3Gh7Jk1Lz5Xc0V'}`,
  'openai, older': `sk-${'Zq7Lr2Vw9Xt4Bn8Kd3Hs'}T3BlbkFJ${'uW8eRi2Ot6Py4As9Df3G'}`,
  anthropic: `sk-ant-api03-${'Vb3Nq8Ws2Ex7Rc5Tv0Yb9Un4Im6Ok1Pl2Aq8Sz3Dw7Ec5Fr0Gt9Hy4Ju6Ki1Lo2Mp8Nz3Bx7Vc5Cw0Xq9Zr4'}-Ab6Cd1AA`,
  google: `AIza${'SyB4nQ9wE7rT2yU5iO8pA1sD6fG3hJ0kLzX'}`,
  aws: `AKIA${'Q3EGRWTZ7YHXN5VB'}`,
  github: `ghp_${'aZ4bY9cX2dW7eV5fU1gT8hS3iR6jQ0kP4lOm'}`,
  'github, fine':
    `github_pat_${'11AZQ7LR2VW9XT4BN8KD3H'}_${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0YauW8eRi2Ot6Py4As9Df3Gh7Jk1Lz5'}`.slice(
      0,
      93,
    ),
  slack: `xoxb-${'263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1'}`,
  groq: `gsk_${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0YauW8eRi2Ot6Py4As9Df3G'}`,
  npm: `npm_${'aZ4bY9cX2dW7eV5fU1gT8hS3iR6jQ0kP4lOm'}`,
  'an API key, hexadecimal': `sk-${'7f3a91c4e8b2d605f1c9a7e3b48d206c'}`,
  'stripe, secret': `sk_live_${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5'}`,
  'stripe, restricted': `rk_live_${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5'}`,
  'aws, for a while': `ASIA${'Q3EGRWTZ7YHXN5VB'}`,
  gitlab: `glpat-${'Zq7Lr2Vw9Xt4Bn8Kd3Hs'}`,
  'slack, app': `xapp-1-${'A04Q7LR2VW9-5263594206564-9c1e7f3a91c4e8b2d605f1c9a7e3b48d206c7f3a91c4e8b2d605'}`,
  ...Object.fromEntries(
    ['xoxa', 'xoxe', 'xoxo', 'xoxp', 'xoxr', 'xoxs'].map((kind) => [
      kind,
      `${kind}-${'263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1'}`,
    ]),
  ),
  ...Object.fromEntries(
    ['gho', 'ghu', 'ghs', 'ghr'].map((kind) => [kind, `${kind}_${'aZ4bY9cX2dW7eV5fU1gT8hS3iR6jQ0kP4lOm'}`]),
  ),
  xai: `xai-${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0YauW8eRi2Ot6Py4As9Df3Gh7Jk1Lz5Xc0Vb7Nm2Qw8'}`,
  'hugging face': `hf_${'ZqLrVwXtBnKdHsJfGpMcYauWeRiOtPyAsD'}`,
  perplexity: `pplx-${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0YauW8eRi2Ot6Py4As9'}`,
};

test('a bearer token is found however its word is written, and a private key', () => {
  const token = `${'Zq7Lr2Vw9Xt4Bn8Kd3Hs6Jf1Gp5Mc0Ya'}`;
  for (const word of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    assert.equal(findSecrets(JSON.stringify({ header: `Authorization: ${word} ${token}` })).length, 1, word);
  }
  const block = `-----BEGIN RSA PRIVATE KEY-----\n${token}${token}`;
  assert.equal(findSecrets(JSON.stringify({ content: `Here: ${block}` })).length, 1);
});

test('a key of each kind is found in prose, in code, behind an escape and at the end', () => {
  for (const [name, key] of Object.entries(keys)) {
    for (const content of [
      `Use ${key} now`,
      `KEY="${key}"`,
      `a\n${key}\tb`,
      `\\${key}`,
      key,
      `ключ：${key}。`,
    ]) {
      const text = JSON.stringify(chat({ messages: [{ role: 'user', content }] }));
      const found = findSecrets(text).map(({ where }) =>
        where.kind === 'span' ? text.slice(where.start, where.end) : '',
      );
      assert.deepEqual(found, [key], `${name} in ${content}`);
    }
  }
});

test('no message has any part of the key', () => {
  for (const key of Object.values(keys)) {
    for (const { message } of findSecrets(`"${key}"`)) {
      for (let at = 0; at + 8 <= key.length; at++) assert.ok(!message.includes(key.slice(at, at + 8)));
    }
  }
});

test('placeholders, ids, hashes and words are no keys', () => {
  for (const text of [
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'sk-proj-your-api-key-goes-here-and-is-long-enough-to-be-one',
    'sk-1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL',
    'sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAAAAAAAAAAAAAAAAA',
    'AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'd41d8cd98f00b204e9800998ecf8427e',
    '550e8400-e29b-41d4-a716-446655440000',
    'sk-learn-has-a-classifier-for-each-of-these-tasks-and-more',
    'Authorization: Bearer YOUR_TOKEN_GOES_HERE_0123456789',
    'Authorization: Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'the bearer_of_good_news_and_other_long_identifiers_of_code',
    '-----BEGIN PRIVATE KEY-----\\n…\\n-----END PRIVATE KEY-----',
    '-----BEGIN CERTIFICATE-----\\nMIIEowIBAAKCAQEAx7Gq2Jd8Zk3Yp5Ws1Vn9Rt4Lm6Hb0Fc',
    'https://b.s3.amazonaws.com/a?X-Amz-Credential=AKIAQ3EGRWTZ7YHXN5VB%2F20261121',
    'msg_01XFDUDYJgAACzvnptvVoYEL toolu_01A09q90qw90lq917835lq9 chatcmpl-9qXf7Tt2Yb4Lm8Nz1Kc3Vp',
  ]) {
    assert.deepEqual(findSecrets(`{"content":"${text}"}`), [], text);
  }
});

test('random base64, hex and identifiers have no keys in them', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const of = (alphabet: string): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: 0, maxLength: 2000 });
  const any = fc.oneof(of(`${letters}+/`), of(`${letters}-_`), of('0123456789abcdef'), of(`${letters} .,\n`));
  fc.assert(
    fc.property(any, (content) => {
      assert.deepEqual(findSecrets(JSON.stringify({ content })), []);
    }),
    { seed: 31, numRuns: 500 },
  );
});

test('a key is found at any offset among anything', () => {
  const key = keys.github ?? '';
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (before, after) => {
      const text = JSON.stringify({ content: `${before} ${key} ${after}` });
      assert.equal(findSecrets(text).length, 1);
    }),
    { seed: 37, numRuns: 500 },
  );
});

test('a key behind an image is found, and so is one among a thousand', () => {
  const image = Buffer.alloc(60_000, 'Zq7Lr2Vw9Xt4Bn8K').toString('base64');
  const blob = `${image.slice(0, 20_000)}+${'aB/+'.repeat(100)}${image}`;
  assert.equal(findSecrets(JSON.stringify({ data: blob, text: keys.google })).length, 1);
  assert.equal(findSecrets(JSON.stringify(Array.from({ length: 1000 }, () => keys.aws))).length, 10);
});

test('keys of the servers of tools are told, placeholders are not', () => {
  const server = {
    type: 'mcp',
    server_label: 'a',
    server_url: 'https://a.example.org',
    require_approval: 'never',
  };
  const codes = (tool: object): string[] =>
    findingsOf(responses({ tools: [{ ...server, ...tool }] })).map(
      ({ code, severity }) => `${code} ${severity}`,
    );
  assert.deepEqual(codes({ authorization: 'q8Wz3Xc7Vb2Nm9Lk4' }), ['security.secret info']);
  assert.deepEqual(codes({ headers: { 'x-api-key': 'q8Wz3Xc7Vb2Nm9Lk4' } }), ['security.secret info']);
  assert.deepEqual(codes({ authorization: '<token>' }), []);
  assert.deepEqual(codes({ headers: { Authorization: 'Bearer {{TOKEN}}' } }), []);
});
