// Is one request alone what stands in its line?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestAlone, requestAt } from '../../files/find/requestAt.ts';
import { readLines } from '../../files/lines.ts';
import { folderFor, requestLine } from './batchFixture.ts';

const at = (path: string, line: number) => requestAt({ path, line, idField: 'custom_id' });

test('every line alone is what reading the file gives, and behind the last there is none', async (t) => {
  const folder = folderFor(t);
  const texts = [
    `\ufeff${requestLine('a')}\r\n\n{"custom_id":"b", broken\r${requestLine('c')}\n${requestLine('d', '\u{1f600}')}`,
    `${requestLine('a')}\n`,
    '\n\r\n \n',
    '',
    `${'x'.repeat(3 << 20)}\n${requestLine('a')}\n`,
  ];
  for (const text of texts) {
    const path = folder.raw('x.jsonl', text);
    let lines = 0;
    for await (const batch of readLines(path)) {
      for (const { line, text: whole } of batch) {
        const expected = requestAlone(line === 0 ? whole.replace(/^\ufeff/, '') : whole, 'custom_id');
        const before = text.split('\n').slice(0, line);
        const editorLine =
          before
            .join('\n')
            .concat('\n')
            .split(/\r\n|\r|\n/).length - 1;
        assert.deepEqual(at(path, line), { ...expected, editorLine: line === 0 ? 0 : editorLine });
        lines++;
      }
    }
    assert.equal(at(path, lines), null);
    assert.equal(at(path, lines + 5), null);
  }
});

test('a request is indented, a line that is none stays as it is', (t) => {
  const folder = folderFor(t);
  const path = folder.lines('x.jsonl', [
    '{"custom_id":"a\\u00e9","n":1.0}',
    '{"custom_id":"b", broken',
    '[1]',
    '',
  ]);
  assert.deepEqual(at(path, 0), {
    customId: 'a\u00e9',
    text: '{\n  "custom_id": "a\\u00e9",\n  "n": 1.0\n}',
    isJson: true,
    preview: '{"custom_id":"a\u00e9","n":1.0}',
    editorLine: 0,
  });
  const broken = '{"custom_id":"b", broken';
  assert.deepEqual(at(path, 1), {
    ...{ customId: 'b', text: broken, isJson: false, preview: broken, editorLine: 1 },
  });
  assert.deepEqual(at(path, 2), {
    ...{ customId: null, text: '[\n  1\n]', isJson: true, preview: '[1]', editorLine: 2 },
  });
  assert.deepEqual(at(path, 3), {
    ...{ customId: null, text: '', isJson: false, preview: '', editorLine: 3 },
  });
});

test('the line of an editor is told also where carriage returns stand at the ends of what is read at once', (t) => {
  const folder = folderFor(t);
  const million = 1 << 20;
  for (const before of [million - 2, million - 1, million, million + 1]) {
    const path = folder.raw(
      'x.jsonl',
      `${'x'.repeat(before)}\r${'y'.repeat(million)}\r\n${requestLine('a')}\n`,
    );
    assert.equal(at(path, 1)?.editorLine, 2, `${before}`);
    const whole = folder.raw('y.jsonl', `${'x'.repeat(before)}\r\n${requestLine('a')}\n`);
    assert.equal(at(whole, 1)?.editorLine, 1, `${before}`);
  }
});
