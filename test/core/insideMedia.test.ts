// Addresses and bytes of images: when a signed address ends, who can reach a host, what is no base64.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryOf } from '../../core/check/inside/signedUrl.ts';
import { isPrivateHost, readWebAddress } from '../../core/check/inside/webAddress.ts';
import { today } from '../checking.ts';
import { chat, claude, findingsOf, placesOf } from './inside.ts';

const until = (address: string): string | null => {
  const read = readWebAddress(address);
  assert.notEqual(read, null);
  const expiry = expiryOf(read?.parameters ?? new Map());
  return expiry.kind === 'until' ? new Date(expiry.time).toISOString() : expiry.kind;
};
const base64Url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the end of a signed address is read as each service writes it', () => {
  const end = '2026-11-22T10:00:00.000Z';
  const seconds = Date.parse(end) / 1000;
  const host = 'https://example.com/a.png';
  const policy = Buffer.from(
    JSON.stringify({ Statement: [{ Condition: { DateLessThan: { 'AWS:EpochTime': seconds } } }] }),
  );
  for (const query of [
    'X-Amz-Date=20261122T090000Z&X-Amz-Expires=3600&X-Amz-Signature=x',
    'x-amz-date=20261122T090000Z&x-amz-expires=3600&x-amz-signature=x',
    'X-Goog-Date=20261122T090000Z&X-Goog-Expires=3600&X-Goog-Signature=x',
    `AWSAccessKeyId=x&Expires=${seconds}&Signature=x`,
    `GoogleAccessId=x&Expires=${seconds}&Signature=x`,
    `Expires=${seconds}&Signature=x&Key-Pair-Id=K`,
    `Policy=${policy.toString('base64').replaceAll('+', '-').replaceAll('/', '~').replaceAll('=', '_')}&Signature=x&Key-Pair-Id=K`,
    'sv=2024-01-01&se=2026-11-22T10%3A00%3A00Z&sig=x',
    `q-sign-time=1;${seconds}`.replace('1;', `${seconds - 60};`),
    `ex=${seconds.toString(16)}&is=1&hm=abc`,
    `token=${base64Url({ alg: 'HS256' })}.${base64Url({ exp: seconds })}.sig`,
    `expires=${seconds * 1000}&token=abc`,
    `a=1&expires_at=${seconds}&hmac=x`,
  ]) {
    assert.equal(until(`${host}?${query}`), end, query);
  }
  assert.equal(until(`${host}?sv=2024-01-01&si=policy&sig=x`), 'unknown');
  assert.equal(until(`${host}?X-Amz-Signature=x`), 'unknown');
  assert.equal(
    until(`${host}?X-Amz-Date=20269922T090000Z&X-Amz-Expires=99999999999999&X-Amz-Signature=x`),
    'unknown',
  );
  for (const query of [
    '',
    'w=640&h=480',
    'expires=never',
    `expires=${seconds}`,
    'token=abc',
    'sig=1',
    'e=%zz',
  ]) {
    assert.equal(until(`${host}?${query}`), 'none', query);
  }
});

const image = (url: string): ReturnType<typeof chat> =>
  chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });

test('how much is said depends on the day', () => {
  const start = Date.parse(`${today}T00:00:00Z`) / 1000;
  const after = (hours: number): string => {
    const [finding] = findingsOf(
      image(`https://example.com/a.png?Expires=${start + hours * 3600}&Signature=x`),
    );
    if (finding === undefined) return 'nothing';
    assert.equal(finding.code, 'image.expiring-url');
    return `${finding.severity ?? 'warning'} ${/expired on|perhaps before|by then/.exec(finding.message)?.[0]}`;
  };
  assert.equal(after(-1), 'warning expired on');
  assert.equal(after(0), 'warning perhaps before');
  assert.equal(after(47), 'warning perhaps before');
  assert.equal(after(48), 'info by then');
  assert.equal(after(167), 'info by then');
  assert.equal(after(168), 'nothing');
});

test('hosts of one house are told from those of the web', () => {
  for (const host of [
    'localhost',
    'printer',
    'nas.local',
    '10.1.2.3',
    '127.0.0.1',
    '172.16.0.1',
    '172.31.255.1',
    '192.168.1.1',
    '169.254.169.254',
    '::1',
    'fd00::1',
    'fe80::1',
    'db.internal',
  ]) {
    assert.ok(isPrivateHost(host), host);
  }
  for (const host of [
    'example.com',
    '172.32.0.1',
    '8.8.8.8',
    '2001:db8::1',
    'localhost.example.com',
    '100.64.0.1',
  ]) {
    assert.ok(!isPrivateHost(host), host);
  }
  assert.equal(readWebAddress('https://me:secret@[::1]:80/a?b=c')?.host, '::1');
  assert.equal(readWebAddress('HTTPS://Example.COM:8443/a')?.host, 'example.com');
});

test('bytes are looked at at both ends and for what tools leave in the middle', () => {
  const bytes = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(30_000, 7)]).toString(
    'base64',
  );
  const ofData = (data: string): string[] => placesOf(image(`data:image/png;base64,${data}`));
  assert.deepEqual(ofData(bytes), []);
  const middle = bytes.length / 2;
  for (const stray of ['\n', ' ', '-', '_', '…', '%', '"', '=']) {
    const broken = `${bytes.slice(0, middle)}${stray}${bytes.slice(middle + 1)}`;
    assert.deepEqual(ofData(broken), ['body.value body.messages.0.content.0.image_url.url'], stray);
  }
  assert.equal(ofData(bytes.slice(0, -3)).length, 1, 'cut off');
  assert.deepEqual(ofData(Buffer.from('ab').toString('base64')), []);
});

test('bytes that are of another type than is said: Anthropic refuses them, and the right type is a safe fix', () => {
  const data = Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1').toString('base64');
  const source = (type: string): ReturnType<typeof claude> =>
    claude({
      messages: [
        { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: type, data } }] },
      ],
    });
  assert.deepEqual(placesOf(source('image/gif'), 'anthropic'), []);
  const [finding] = findingsOf(source('image/webp'), 'anthropic');
  assert.equal(finding?.code, 'body.value');
  assert.equal(finding?.severity ?? 'error', 'error');
  assert.deepEqual(
    finding?.fixes?.map(({ title, safe }) => [title, safe]),
    [['Write "image/gif"', true]],
  );
});

test('an address of a megabyte, or one of ten thousand, costs nothing and is told once in a while', () => {
  const long = `https://example.com/${'a'.repeat(1_000_000)}?X-Amz-Signature=x`;
  assert.deepEqual(placesOf(image(long)), []);
  const parts = Array.from({ length: 10_000 }, () => ({
    type: 'image_url',
    image_url: { url: 'http://localhost/a.png' },
  }));
  assert.equal(findingsOf(chat({ messages: [{ role: 'user', content: parts }] })).length, 20);
});
