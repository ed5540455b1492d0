import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesOfJson, ToLines } from '#core';

const good: readonly (readonly [what: string, text: string, lines: readonly string[]])[] = [
  ['an array on one line', '[{"a":1}, {"b":2}]\n', ['{"a":1}', '{"b":2}']],
  ['an array with a line for each', '[\r\n  {"a":1},\r\n  {"b":2}\r\n]\r\n', ['{"a":1}', '{"b":2}']],
  [
    'pretty-printed objects one after another',
    '{\n  "a": 1,\n  "b": [\n    1,\n    2\n  ]\n}\n{\n  "c": {}\n}',
    ['{"a": 1,"b": [1,2]}', '{"c": {}}'],
  ],
  ['a pretty-printed array', '[\n  {\n    "a": "x"\n  }\n]', ['{"a": "x"}']],
  ['spaces within a line stay', '[{ "a" : 1 , "b":2 }]', ['{ "a" : 1 , "b":2 }']],
  [
    'brackets, escapes and breaks in strings',
    '[{"a":"]},[\\"\\\\"},{"b":"\\n  \\r"}]',
    ['{"a":"]},[\\"\\\\"}', '{"b":"\\n  \\r"}'],
  ],
  ['a byte order mark', '\ufeff[{"a":1}]', ['{"a":1}']],
  ['lists in objects stay', '[{"a":[[{"b":[]}]]}]', ['{"a":[[{"b":[]}]]}']],
  ['several arrays', '[{"a":1}]\n[{"b":2}]', ['{"a":1}', '{"b":2}']],
  [
    'numbers keep their digits',
    '[{"a":12345678901234567890,"b":1.0e2}]',
    ['{"a":12345678901234567890,"b":1.0e2}'],
  ],
  ['carriage returns alone', '[\r{"a":\r1}\r]', ['{"a":1}']],
  ['an unusual separator in a string', '[{"a":"\u2028"}]', ['{"a":"\u2028"}']],
];

const bad: readonly (readonly [what: string, text: string, place: string])[] = [
  [
    'a comma before the end of the array',
    '[\n{"a":1},\n]',
    '2:0 a comma before the closing bracket is not allowed',
  ],
  [
    'a comma before the end of an object',
    '[\n{"a":1,\n  }]',
    '2:2 a comma before the closing brace is not allowed',
  ],
  ['no comma between', '[{"a":1} {"b":1}]', '0:9 a comma is missing before this'],
  ['a comma outside of an array', '{"a":1},\n{"b":1}', '0:7 a comma stands here that separates nothing'],
  ['two commas', '[{"a":1},,{"b":1}]', '0:9 a comma stands here that separates nothing'],
  ['an array that has no end', '[{"a":1}\n', '1:0 the file ends before the closing "]"'],
  ['an object that has no end', '[{"a":1', '0:7 the file ends inside an object that has no end'],
  [
    'a string that has no end',
    '[{"a":"x\n"}]',
    '0:8 the line ends inside a string; a line break in a string is written \\n',
  ],
  ['an item that is no object', '[{"a":1}, 7]', '0:10 an object should stand here, not "7"'],
  ['a list in the array', '[[{"a":1}]]', '0:1 an object should stand here, not "["'],
  ['text behind it', '[{"a":1}] x', '0:10 an object should stand here, not "x"'],
  ['a word of Python', '[\n{"a":\n    None}]', '2:4 "None" is not JSON; write null'],
  ['numbers that lack their commas', '[{"a":[1\n  2\r3]}]', '1:2 a comma is missing before this'],
  ['a word over two lines', '{"a":tr\nue}', '0:5 "tr" is not JSON'],
  ['a number over two lines', '{"a":0.\n5}', '0:5 this number is not complete'],
  ['nothing in it', '[]', '0:2 there is no request in it'],
];

for (const [what, text, lines] of good) {
  test(`${what}: lines`, () => assert.deepEqual(linesOfJson([text]), lines));
}

for (const [what, text, place] of bad) {
  test(`${what}: refused`, () => {
    const refused = linesOfJson([text]);
    assert.ok('refusal' in refused, 'it was taken');
    const { line, column, message } = refused.refusal;
    assert.equal(`${line}:${column} ${message}`, place);
  });
}

test('any objects in any layout and any pieces become their lines', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
  const layout = fc.record({
    isArray: fc.boolean(),
    indent: fc.constantFrom('', ' ', '\t', '    '),
    crlf: fc.boolean(),
  });
  fc.assert(
    fc.property(
      objects,
      layout,
      fc.integer({ min: 1, max: 7 }),
      (values, { isArray, indent, crlf }, size) => {
        const json = isArray
          ? JSON.stringify(values, null, indent)
          : values.map((value) => JSON.stringify(value, null, indent)).join('\n');
        const text = crlf ? json.replaceAll('\n', '\r\n') : json;
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.slice(i * size, (i + 1) * size),
        );
        const lines = linesOfJson(pieces);
        assert.ok(!('refusal' in lines));
        assert.deepEqual(
          lines.map((line) => JSON.parse(line)),
          JSON.parse(JSON.stringify(values)),
        );
        assert.ok(lines.every((line) => !/[\r\n]/.test(line)));
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

test('depth costs no call stack and size only time', () => {
  const deep = `{"a":${'[\n'.repeat(100_000)}${']\n'.repeat(100_000)}}`;
  const lines = linesOfJson(['[', deep, ',', deep, ']']);
  assert.deepEqual(lines, [deep.replaceAll('\n', ''), deep.replaceAll('\n', '')]);
});

test('after a refusal nothing more comes, and only the value in hand is kept', () => {
  const machine = new ToLines();
  assert.deepEqual(machine.push('[{"a":1}, x {"b":2}'), []);
  assert.deepEqual(machine.push(', {"c":3}]'), []);
  assert.equal(machine.end()?.column, 10);
});
