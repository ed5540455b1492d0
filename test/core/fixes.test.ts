import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ProblemCode, safeEdits } from '#core';
import { workedMs } from '../cpuTime.ts';
import { apply, chosen, fixed, offers, reportOf, sourceOf } from './fixing.ts';

const messages = '"messages":[{"role":"user","content":"Hi"}]';
const chatBody = `{"model":"gpt-6-luna",${messages}}`;

function line(fields: string): string {
  return `{${fields}}`;
}

function chat(id: string, body = chatBody): string {
  return line(`"custom_id":"${id}","method":"POST","url":"/v1/chat/completions","body":${body}`);
}

function request(id: string, url: string, body: string): string {
  return line(`"custom_id":"${id}","method":"POST","url":"${url}","body":${body}`);
}

const withBody = (body: string): readonly string[] => [
  chat('a', `{"model":"gpt-6-luna",${messages},${body}}`),
];

/** Fixes that are made unasked: before, after; and that a second time there is nothing to do. */
const mended: readonly (readonly [
  what: string,
  code: ProblemCode,
  before: readonly string[],
  after: readonly string[],
])[] = [
  [
    'an id that others have, also their next ones',
    'id.duplicate',
    [chat('a'), chat('a', chatBody.replace('Hi', '1')), chat('a-2'), chat('a', chatBody.replace('Hi', '2'))],
    [
      chat('a'),
      chat('a-3', chatBody.replace('Hi', '1')),
      chat('a-2'),
      chat('a-4', chatBody.replace('Hi', '2')),
    ],
  ],
  [
    'a line that repeats another',
    'id.duplicate',
    [chat('a'), chat('b'), chat('a'), chat('b')],
    [chat('a'), chat('b')],
  ],
  [
    'a copy goes, a line with the same id stays',
    'id.duplicate',
    [chat('a'), chat('a', chatBody.replace('Hi', '1')), chat('a', chatBody.replace('Hi', '1')), chat('a')],
    [chat('a'), chat('a-2', chatBody.replace('Hi', '1'))],
  ],
  [
    'an id of the longest length stays within it',
    'id.duplicate',
    [chat('x'.repeat(64)), chat('x'.repeat(64), chatBody.replace('Hi', '1'))],
    [chat('x'.repeat(64)), chat(`${'x'.repeat(62)}-2`, chatBody.replace('Hi', '1'))],
  ],
  [
    'an id that is missing',
    'id.missing',
    [chat('request-1'), line(`"method":"POST","url":"/v1/chat/completions","body":${chatBody}`)],
    [chat('request-1'), chat('request-2')],
  ],
  [
    'an id that is empty, and taken',
    'id.empty',
    [chat(''), chat('request-1')],
    [chat('request-1-2'), chat('request-1')],
  ],
  [
    'an id that is a number keeps its digits',
    'id.type',
    [chat('a').replace('"a"', '12345678901234567890')],
    [chat('12345678901234567890')],
  ],
  [
    'a number that another line has as its id',
    'id.type',
    [chat('a').replace('"a"', '7'), chat('7')],
    [chat('7-2'), chat('7')],
  ],
  ['an id that is null', 'id.type', [chat('a').replace('"a"', 'null')], [chat('request-1')]],
  ['a method in small letters', 'request.method', [chat('a').replace('POST', 'post')], [chat('a')]],
  ['another method', 'request.method', [chat('a').replace('"POST"', 'null')], [chat('a')]],
  ['no method', 'request.missing-field', [chat('a').replace('"method":"POST",', '')], [chat('a')]],
  ['a url with a host', 'request.url', [chat('a').replace('/v1', 'https://api.openai.com/v1')], [chat('a')]],
  ['a url without /v1', 'request.url', [chat('a').replace('/v1/chat', '/chat')], [chat('a')]],
  [
    'a url with a slash at its end',
    'request.url',
    [chat('a').replace('completions"', 'completions/"')],
    [chat('a')],
  ],
  ['a misspelt url', 'request.url', [chat('a').replace('completions"', 'completion"')], [chat('a')]],
  [
    'a url, and what it uncovers',
    'request.url',
    [chat('a', `{"stream":true,${chatBody.slice(1)}`).replace('/v1/', '/')],
    [chat('a')],
  ],
  [
    'stream',
    'body.not-in-batch',
    withBody('"stream":true,"stream_options":{"include_usage":true}'),
    [chat('a')],
  ],
  [
    'stream where the endpoint knows none',
    'body.not-in-batch',
    [request('a', '/v1/embeddings', '{"stream":true,"model":"text-embedding-3-small","input":"x"}')],
    [request('a', '/v1/embeddings', '{"model":"text-embedding-3-small","input":"x"}')],
  ],
  [
    'a misspelt field',
    'body.unknown-field',
    withBody('"max_completion_tokens_":5'),
    withBody('"max_completion_tokens":5'),
  ],
  ['a field in other letters', 'body.unknown-field', withBody('"topP":0.5'), withBody('"top_p":0.5')],
  [
    'the successor of the field that is meant',
    'body.unknown-field',
    withBody('"maxTokens":5'),
    withBody('"max_completion_tokens":5'),
  ],
  [
    'a misspelt field of a message',
    'body.unknown-field',
    [chat('a', chatBody.replace('"content"', '"contents"'))],
    [chat('a')],
  ],
  [
    'a misspelt field of a request',
    'request.unknown-field',
    [chat('a').replace('"method"', '"metod"')],
    [chat('a')],
  ],
  [
    'and what stands in it',
    'request.unknown-field',
    [chat('a').replace('"method":"POST"', '"Method":"post"')],
    [chat('a')],
  ],
  [
    'an id under another name that another line has',
    'request.unknown-field',
    [chat('a').replace('custom_id', 'customId'), chat('a', '{}')],
    [chat('a-2'), chat('a', '{}')],
  ],
  [
    'parameters beside a body that is missing',
    'request.unknown-field',
    [chat('a').replace('"body":{', '').slice(0, -1)],
    [chat('a')],
  ],
  [
    'a model beside the body',
    'request.unknown-field',
    [chat('a', '{"messages":[{"role":"user","content":"x"}]}').replace(/}$/, ',"model":"gpt-6-luna"}')],
    [chat('a', '{"messages":[{"role":"user","content":"x"}],"model":"gpt-6-luna"}')],
  ],
  [
    'a limit of another endpoint',
    'body.wrong-endpoint',
    [request('a', '/v1/responses', '{"model":"gpt-6-luna","input":"x","max_tokens":50}')],
    [request('a', '/v1/responses', '{"model":"gpt-6-luna","input":"x","max_output_tokens":50}')],
  ],
  [
    'a limit that the model refuses',
    'model.parameter',
    withBody('"max_tokens":50'),
    withBody('"max_completion_tokens":50'),
  ],
  ['blank lines', 'line.blank', ['', chat('a'), '  \t', '', chat('b'), ''], [chat('a'), chat('b'), '']],
  [
    'an array',
    'json.array-file',
    [`[${chat('a')},`, `${chat('b').replace('POST', 'post')}]`],
    [chat('a'), chat('b')],
  ],
  [
    'objects over several lines',
    'json.multiline',
    JSON.stringify(JSON.parse(chat('a')), null, 1).split('\n'),
    [chat('a').replaceAll(/":(?=["[{])/g, '": ')],
  ],
];

for (const [what, code, before, after] of mended) {
  test(`${code}: ${what}`, () => {
    const found = reportOf(sourceOf(before));
    assert.ok((found.fixable[code] ?? 0) > 0, `${code} is not said to be fixable`);
    const lines = fixed(before);
    assert.deepEqual(lines.at(-1) === '' && after.at(-1) !== '' ? lines.slice(0, -1) : lines, after);
    assert.deepEqual(safeEdits(sourceOf(lines), {}), [], 'there is more to do');
  });
}

/** What is left to a person: nothing is done unasked, and these are offered. */
const offered: readonly (readonly [
  what: string,
  code: ProblemCode,
  lines: readonly string[],
  offers: readonly string[],
])[] = [
  [
    'another url than most',
    'request.url-mixed',
    [chat('a'), chat('b'), request('c', '/v1/responses', '{"model":"gpt-6-luna","input":"x"}')],
    ['offered: Write "/v1/chat/completions", as the other requests do'],
  ],
  [
    'another model than most',
    'model.mixed',
    [chat('a'), chat('b'), chat('c', chatBody.replace('luna', 'sol'))],
    ['offered: Write "gpt-6-luna", as the other requests do'],
  ],
  [
    'no url where others have one',
    'request.missing-field',
    [chat('a'), chat('b').replace(/"url":"[^"]*",/, '')],
    ['offered: Add "url":"/v1/chat/completions", as the other requests have it'],
  ],
  [
    'a parameter beside a whole body',
    'request.unknown-field',
    [chat('a').replace(/}$/, ',"verbosity":"low"}')],
    ['offered: Move into body'],
  ],
  ["a note of one's own", 'request.unknown-field', [chat('a').replace(/}$/, ',"metadata":{"row":"1"}}')], []],
  ['no url anywhere', 'request.missing-field', [chat('b').replace(/"url":"[^"]*",/, '')], []],
  ['no body', 'request.missing-field', [line('"custom_id":"a","method":"POST","url":"/v1/responses"')], []],
  [
    'a url that suits the body less',
    'request.url',
    [request('a', '/v1/completion', chatBody)],
    ['offered: Write "/v1/completions"'],
  ],
  ['a url that is nothing', 'request.url', [request('a', '/v2/assistants', chatBody)], []],
  ['an endpoint that is no more', 'request.url', [request('a', '/videos', chatBody)], []],
  ['a name that has nothing like it', 'body.unknown-field', withBody('"top_k":1'), ['offered: Remove top_k']],
  ['a short name like another', 'body.unknown-field', withBody('"nn":1'), ['offered: Rename to "n"']],
  [
    'a name like another, a value unlike it',
    'body.unknown-field',
    withBody('"max_completion_tokens_":"many"'),
    [],
  ],
  [
    'a name that is taken',
    'body.unknown-field',
    withBody('"max_completion_tokens_":5,"max_completion_tokens":6'),
    [],
  ],
  ['a name like none', 'body.unknown-field', withBody('"banana":1'), []],
  [
    'an id of somebody else',
    'request.unknown-field',
    [chat('a').replace('custom_id', 'customer_id')],
    ['offered: Rename to "custom_id"'],
  ],
  [
    'no id where another field may hold it',
    'id.missing',
    [chat('a').replace('custom_id', 'key')],
    ['offered: Give this request an id of its own'],
  ],
  ['an id that is no text at all', 'id.type', [chat('a').replace('"a"', 'true')], []],
  [
    'a field with a successor',
    'body.deprecated',
    withBody('"user":"u"'),
    ['offered: Rename to "safety_identifier"'],
  ],
  ['a successor of another shape', 'body.deprecated', withBody('"functions":[{"name":"f"}]'), []],
  [
    'messages of another endpoint',
    'body.wrong-endpoint',
    [request('a', '/v1/responses', `{"model":"gpt-6-luna",${messages}}`)],
    ['offered: Rename to "input"'],
  ],
  ['input that is no messages', 'body.wrong-endpoint', [chat('a', '{"model":"gpt-6-luna","input":"x"}')], []],
  [
    'a misspelt model',
    'model.unknown',
    [chat('a', chatBody.replace('luna', 'lunar'))],
    ['offered: Write "gpt-6-luna"'],
  ],
  ['a model of another version', 'model.unknown', [chat('a', chatBody.replace('gpt-6', 'gpt-9'))], []],
  ['stream twice', 'body.not-in-batch', withBody('"stream":true,"stream":true'), ['safe: Remove stream']],
  [
    'an array with a comma too many',
    'json.array-file',
    [`[${chat('a')},`, ']'],
    ['safe: Write each request on a line of its own'],
  ],
  ['no JSON', 'json.invalid', [chat('a'), '{"custom_id":'], []],
];

for (const [what, code, lines, titles] of offered) {
  test(`${code} is left to a person: ${what}`, () => {
    assert.deepEqual(offers(lines, code), titles);
    assert.deepEqual(safeEdits(sourceOf(lines), {}, new Set([code])), []);
  });
}

test('a person who chooses a fix gets what its title says', () => {
  const other = chat('a', chatBody.replace('Hi', '1'));
  const equal = [chat('a'), other, chat('a')];
  assert.deepEqual(offers(equal, 'id.duplicate'), [
    'offered: Make this id unique: a-2',
    'safe: Make this id unique: a-2',
    'safe: Remove this line; it repeats line 1',
    'offered: Make this id unique: a-2',
  ]);
  assert.deepEqual(chosen(equal, 'id.duplicate', 'Make this id unique: a-2'), [
    chat('a-2'),
    other,
    chat('a'),
  ]);
  assert.deepEqual(chosen(equal, 'id.duplicate', 'Remove this line; it repeats line 1'), [chat('a'), other]);
  const mixed = [chat('a'), chat('b'), request('c', '/v1/responses', '{}')];
  assert.deepEqual(
    chosen(mixed, 'request.url-mixed', 'Write "/v1/chat/completions", as the other requests do')[2],
    chat('c', '{}'),
  );
  const lacking = [chat('a'), chat('b').replace(/"url":"[^"]*",/, '')];
  const title = 'Add "url":"/v1/chat/completions", as the other requests have it';
  assert.deepEqual(chosen(lacking, 'request.missing-field', title), [chat('a'), chat('b')]);
});

test('only the codes that are asked for, and none that is switched off', () => {
  const lines = [chat('a').replace('POST', 'post'), chat('a', `{"stream":true,${chatBody.slice(1)}`)];
  assert.deepEqual(fixed(lines, ['request.method']), [chat('a'), lines[1]]);
  const edits = safeEdits(sourceOf(lines), { 'id.duplicate': 'off', 'request.method': 'off' });
  assert.deepEqual(apply(lines, edits), [lines[0], chat('a')]);
});

test('lines that are not what their text says are left alone, and keep their ids', () => {
  const lines = [chat('a', '{}'), chat('a'), chat('b').replace('POST', 'post')];
  const edits = safeEdits({ ...sourceOf(lines), isEditable: (line) => line === 1 }, {});
  assert.deepEqual(apply(lines, edits), [lines[0], chat('a-2'), lines[2]]);
});

test('any number of equal ids costs time in proportion', () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => line(`"custom_id":"a","n":${i}`));
  const startedMs = workedMs();
  const edits = safeEdits(sourceOf(lines), {}, new Set<ProblemCode>(['id.duplicate']));
  assert.equal(edits.length, 99_999);
  assert.equal(edits.at(-1)?.text, '"a-100000"');
  const same = new Array<string>(100_000).fill(chat('a'));
  assert.equal(safeEdits(sourceOf(same), {}, new Set<ProblemCode>(['id.duplicate'])).length, 99_999);
  assert.ok(workedMs() - startedMs < 20_000);
});
