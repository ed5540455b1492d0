// Does a line count as JSON exactly where JSON.parse takes it, and is there a place to show where it does not?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLine, type LineFacts } from '#core';
import { checkFile } from '#files';
import { checking, fileChecking } from '../checking.ts';
import { folderFor } from '../files/batchFixture.ts';
import { brokenUtf8, free, invalid, valid } from './jsonCases.ts';

const factsOf = (text: string): LineFacts => checkLine(text, Buffer.byteLength(text), checking);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** As a line of its own, and as a value in a request. */
function assertAgrees(text: string): void {
  const { kind, findings } = factsOf(text);
  const says = findings.map(({ code }) => code);
  const what = JSON.stringify(text.slice(0, 80));
  if (text.trim() === '') {
    assert.equal(kind, 'blank', what);
  } else if (isJson(text)) {
    assert.ok(!says.includes('json.invalid'), what);
    assert.equal(kind === 'request', text.trim().startsWith('{'), what);
  } else {
    assert.equal(kind, 'broken', what);
    const [finding] = findings;
    // Where a carriage return is what is wrong, that is said instead.
    assert.ok(finding?.code === 'json.invalid' || finding?.code === 'file.encoding', `${what}: ${says}`);
    const { where } = finding;
    assert.ok(
      where.kind === 'span' && where.start < where.end && where.end <= text.length,
      `${what} ${JSON.stringify(where)}`,
    );
  }
}

for (const [name, texts] of Object.entries({ valid, invalid, free })) {
  test(`${texts.length} ${name} texts: a line is what JSON.parse says`, () => {
    for (const text of texts) {
      if (name !== 'free') assert.equal(isJson(text), name === 'valid', JSON.stringify(text));
      assertAgrees(text);
      assertAgrees(`{"custom_id":"a","body":${text}}`);
      assertAgrees(`{"custom_id":${text},"method":"POST"}`);
    }
  });
}

test('bytes that are no UTF-8 are said, and the line is not taken for what it is not', async (t) => {
  const folder = folderFor(t);
  for (const bytes of brokenUtf8) {
    const line =
      '{"custom_id":"X","method":"POST","url":"/v1/embeddings","body":{"model":"text-embedding-3-small","input":"x"}}\n';
    const [before = '', after = ''] = line.split('X');
    const path = folder.raw(
      'broken.jsonl',
      Buffer.concat([before, bytes, after].map((part) => Buffer.from(part))),
    );
    const { report } = await checkFile(path, { ...fileChecking, maxProblems: 10 });
    assert.ok(
      report.problems.some(({ code, line: at }) => code === 'file.encoding' && at === 0),
      `${bytes}: ${JSON.stringify(report.problems)}`,
    );
  }
});
