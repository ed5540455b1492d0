// What is remembered of a text is never told of another, and the memory has an end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextMemo } from '../../core/tokens/textMemo.ts';

const long = 'a system prompt of many words, '.repeat(20);

test('knows a text again, in whatever string it comes', () => {
  const memo = new TextMemo<number>();
  assert.equal(memo.find(long), undefined);
  memo.add(long, 7);
  assert.equal(memo.find(long), 7);
  assert.equal(memo.find(JSON.parse(JSON.stringify(long))), 7);
  assert.equal(memo.find(`日${long}`.slice(1)), 7);
});

test('tells texts apart that differ in one character, wherever it is', () => {
  const memo = new TextMemo<number>();
  memo.add(long, 7);
  for (let at = 0; at < long.length; at++) {
    assert.equal(memo.find(`${long.slice(0, at)}#${long.slice(at + 1)}`), undefined);
  }
  assert.equal(memo.find(long), 7);
});

test('forgets the text whose place another one takes, and does not keep short or endless ones', () => {
  const memo = new TextMemo<number>();
  const texts = Array.from({ length: 5000 }, (_, i) => `${i * 7919}, `.repeat(60));
  for (const [i, text] of texts.entries()) memo.add(text, i);
  const known = texts.filter((text) => memo.find(text) !== undefined);
  assert.ok(known.length > 200 && known.length <= 256, String(known.length));
  for (const text of known) assert.equal(memo.find(text), texts.indexOf(text));
  memo.add('short', 1);
  assert.equal(memo.find('short'), undefined);
  const endless = 'x'.repeat(5_000_000);
  memo.add(endless, 1);
  assert.equal(memo.find(endless), undefined);
});

test('a text that comes again stays, however many come once', () => {
  const memo = new TextMemo<number>();
  memo.add(long, 7);
  for (let i = 0; i < 5000; i++) {
    assert.equal(memo.find(long), 7);
    memo.add(`${i * 7919}, `.repeat(60), i);
  }
  // And goes when it comes no more.
  for (let i = 0; i < 20_000; i++) memo.add(`${i * 7907}, `.repeat(60), i);
  assert.equal(memo.find(long), undefined);
});

test('holds four million characters at most', () => {
  const memo = new TextMemo<number>();
  const texts = Array.from({ length: 12 }, (_, i) => `${i}`.repeat(1_000_000));
  for (const [i, text] of texts.entries()) memo.add(text, i);
  const known = texts.filter((text) => memo.find(text) !== undefined);
  assert.ok(known.reduce((sum, text) => sum + text.length, 0) <= 1 << 22);
  assert.equal(memo.find(texts.at(-1) ?? ''), 11);
});
