// What stands in the sidebar for each state of affairs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, Job } from '#core';
import { ago, drawn, find, finished, job, part, remote, rows, treeOf } from './jobFixture.ts';

function abilities(one: Job): string[] | undefined {
  return find(treeOf({ jobs: [one] }), `job/${one.id}`)?.abilities.split(' ');
}

test('without jobs there is nothing, so that the view says how to begin', () => {
  assert.deepEqual(treeOf({}), []);
  assert.deepEqual(treeOf({ accountProblem: 'There is no key for OpenAI.' }), []);
});

test('a running batch: state, percent, age; below it counts and cost so far', () => {
  assert.equal(
    drawn(treeOf({ jobs: [job()] })),
    [
      'Active',
      '  [play-circle] reviews.jsonl  in progress · 62 % · 12 min',
      '    2,983 of 4,812 · 14 failed · at most about $0.31 so far',
      '',
    ].join('\n'),
  );
});

test('each state before the end has its own words, and none shows a percentage it does not have', () => {
  const unsent = part({ remote: null, inputFileId: null, createStartedAt: null });
  const describe = (changes: Partial<Job>): string | null | undefined =>
    find(treeOf({ jobs: [job(changes)] }), 'job/a')?.description;
  assert.equal(describe({ state: 'intended', parts: [unsent] }), 'about to be sent · 12 min');
  assert.equal(describe({ state: 'uploading', parts: [unsent] }), 'uploading · 12 min');
  const validating = part({
    remote: remote({ status: 'validating', counts: { total: 0, completed: 0, failed: 0 } }),
  });
  assert.equal(describe({ state: 'submitted', parts: [validating] }), 'validating · 12 min');
  assert.equal(
    describe({ state: 'running', parts: [part({ remote: remote({ status: 'thinking_hard' }) })] }),
    'thinking hard · 62 % · 12 min',
  );
  assert.equal(
    describe({
      state: 'finishing',
      parts: [part({ remote: remote({ status: 'completed', counts: null }) })],
    }),
    'fetching results · 12 min',
  );
  assert.equal(describe({ cancelRequested: true }), 'cancelling · 62 % · 12 min');
});

test('a batch in parts says which part waits; each part has a row until all is over', () => {
  const over = part({
    remote: remote({ status: 'completed', counts: { total: 4812, completed: 4812, failed: 0 } }),
  });
  const unsent = { remote: null, inputFileId: null, uploadStartedAt: null, createStartedAt: null };
  const parts = [over, part({ part: 2 }), part({ part: 3, ...unsent })];
  assert.equal(
    drawn(treeOf({ jobs: [job({ parts })] })),
    [
      'Active',
      '  [play-circle] reviews.jsonl (3 parts)  part 3 waits for queue space · 54 % · 12 min',
      '    7,795 of 14,436 · 14 failed · at most about $0.27 so far',
      '    [play-circle] Part 2  in progress · 62 % · 4,812 requests',
      '    [clock] Part 3  waits for queue space · 4,812 requests',
      '    [pass] Part 1  over · 4,812 requests',
      '',
    ].join('\n'),
  );
  const refused = part({ part: 3, ...unsent, refusal: 'The provider refused the file: invalid_url: No.' });
  const tree = treeOf({ jobs: [job({ parts: [over, part({ part: 2 }), refused] })] });
  const row = find(tree, 'job/a/part/3');
  assert.deepEqual([row?.description, row?.icon?.id], ['refused · 4,812 requests', 'error']);
});

test('where a provider counts only at the end, no share is shown before', () => {
  const counts = { total: 4812, completed: 0, failed: 0 };
  const running = remote({ status: 'in_progress', counts });
  assert.equal(
    drawn(treeOf({ jobs: [job({ provider: 'anthropic', parts: [part({ remote: running })] })] })),
    [
      'Active',
      '  [play-circle] reviews.jsonl  in progress · 12 min',
      '    4,812 requests · counted by Anthropic when it ends',
      '',
    ].join('\n'),
  );
});

test('the states of Gemini are read, whichever prefix they have', () => {
  const describe = (status: string): string | null | undefined =>
    find(
      treeOf({ jobs: [job({ provider: 'gemini', parts: [part({ remote: remote({ status }) })] })] }),
      'job/a',
    )?.description;
  assert.equal(describe('BATCH_STATE_RUNNING'), 'in progress · 62 % · 12 min');
  assert.equal(describe('JOB_STATE_PENDING'), 'waiting · 62 % · 12 min');
  assert.equal(describe('JOB_STATE_DREAMING'), 'JOB STATE DREAMING · 62 % · 12 min');
});

test('the simulator is named where it answers, and costs nothing there', () => {
  const account = { profile: 'simulator', baseUrl: 'http://127.0.0.1:4010/v1', keyFingerprint: null };
  assert.equal(
    drawn(treeOf({ jobs: [job({ account }), finished(rows(), { id: 'b', account })] })),
    [
      'Active',
      '  [play-circle] reviews.jsonl  in progress · 62 % · Simulator · 12 min',
      '    2,983 of 4,812 · 14 failed',
      'Done',
      '  Today',
      '    [pass] reviews.jsonl  4,812 answered · Simulator · 1 min',
      '      4,812 answered · free here, $0.34 at OpenAI',
      '',
    ].join('\n'),
  );
});

test('failed rows ask for a retry, with their reasons grouped; a click goes to one of them', () => {
  const failures = [
    { code: 'rate_limit_exceeded', count: 9, example: 'Rate limit reached.', line: 4 },
    { code: 'invalid_request', count: 3, example: 'Too long.', line: 7 },
    { code: 'invalid_request', count: 2, example: 'No image.', line: 11 },
  ];
  const tree = treeOf({
    jobs: [finished(rows({ succeeded: 4798, failed: 14 }))],
    findings: new Map([['a', { failures, notes: [] }]]),
  });
  assert.equal(
    drawn(tree),
    [
      'Needs Attention',
      '  [warning!] reviews.jsonl  done with 14 failed · retry? · 1 min',
      '    4,798 answered · 14 failed · $0.34',
      '    [circle-small-filled!] rate_limit_exceeded × 9  Rate limit reached.',
      '    [circle-small-filled!] invalid_request × 3  Too long.',
      '    [circle-small-filled!] invalid_request × 2  No image.',
      '',
    ].join('\n'),
  );
  assert.deepEqual(find(tree, 'job/a/failure/invalid_request/2')?.command?.args, ['a', 11]);
});

test('answers that are not what one would take them for are counted by what they are', () => {
  const notes = [
    { code: 'truncated', count: 38, example: 'The answer was cut off.', line: 2 },
    { code: 'schema_invalid', count: 1, example: '/topic is missing.', line: 5 },
  ] as const;
  const message = '38 answers were cut off, 1 answer does not fit the JSON schema of its request.';
  const findings = new Map([['a', { failures: [], notes }]]);
  assert.equal(
    drawn(treeOf({ jobs: [finished(rows(), { message })], findings })),
    [
      'Done',
      '  Today',
      '    [pass] reviews.jsonl  4,812 answered · 38 cut off · 1 min',
      '      4,812 answered · $0.34',
      '      [circle-small-filled!] 38 cut off  The answer was cut off.',
      '      [circle-small-filled!] 1 unlike their schema  /topic is missing.',
      '',
    ].join('\n'),
  );
  const able = find(treeOf({ jobs: [finished()], findings }), 'job/a')?.abilities.split(' ');
  assert.ok(able?.includes('improvable') && !able.includes('retriable'), 'by choice they are sent again');
  const more = `${message} reviews.jsonl changed since it was sent.`;
  const tree = treeOf({ jobs: [finished(rows(), { message: more })], findings });
  assert.equal(find(tree, 'job/a/note')?.label, more, 'what else is said stays');
});

function alert(kind: Alert['kind'], action: Alert['action']): Alert {
  return { kind, part: null, message: `About ${kind}.`, action };
}

test('what is pressing needs attention, with what helps one click away', () => {
  const pressing = new Map([['a', [alert('expiry', 'cancel'), alert('running', 'watch')]]]);
  const tree = treeOf({ jobs: [job()], alerts: pressing });
  assert.equal(
    drawn(tree),
    [
      'Needs Attention',
      '  [play-circle!] reviews.jsonl  in progress · 62 % · expires soon · 12 min',
      '    2,983 of 4,812 · 14 failed · at most about $0.31 so far',
      '    [bell!] About expiry.',
      '    [bell!] About running.',
      '',
    ].join('\n'),
  );
  const remedy = (one: Job): string | undefined =>
    find(treeOf({ jobs: [one], alerts: pressing }), 'job/a/alert/expiry/0')?.command?.id;
  assert.equal(remedy(job({ provider: 'gemini' })), 'llmBatch.cancelJob', 'one that expires loses all');
  assert.equal(remedy(job()), undefined, 'elsewhere it keeps what it has');
});

test('that a batch runs long asks for patience, not for attention', () => {
  const long = new Map([['a', [alert('running', 'watch')]]]);
  assert.equal(
    drawn(treeOf({ jobs: [job()], alerts: long })),
    [
      'Active',
      '  [play-circle] reviews.jsonl  in progress · 62 % · runs long · 12 min',
      '    2,983 of 4,812 · 14 failed · at most about $0.31 so far',
      '    [bell!] About running.',
      '',
    ].join('\n'),
  );
});

test('that few succeeded leads to the report once there is one', () => {
  const few = new Map([['a', [alert('completion', 'report')]]]);
  const command = (one: Job) =>
    find(treeOf({ jobs: [one], alerts: few }), 'job/a/alert/completion/0')?.command?.id;
  assert.equal(command(finished(rows({ succeeded: 4000, failed: 812 }))), 'llmBatch.showReport');
  assert.equal(command(job()), undefined);
});

test('of an unclear batch its candidates are named, and a click settles it', () => {
  const parts = [part({ remote: null, unclear: ['msgbatch_1', 'msgbatch_2'] })];
  const unclear = job({ provider: 'anthropic', state: 'unclear', parts, message: 'It would be one of two.' });
  const tree = treeOf({ jobs: [unclear] });
  assert.equal(
    drawn(tree),
    [
      'Needs Attention',
      '  [question!] reviews.jsonl  unclear whether it was sent · 12 min',
      '    4,812 requests',
      '    [question!] 2 batches may be this one  msgbatch_1, msgbatch_2',
      '',
    ].join('\n'),
  );
  assert.equal(find(tree, 'job/a/candidates')?.command?.id, 'llmBatch.resolveJob');
  assert.match(find(tree, 'job/a')?.tooltip ?? '', /\| May be \| `msgbatch_1` `msgbatch_2` \|/);
  assert.ok(abilities(unclear)?.includes('unclear'));
});

test('a refused file says why, line by line, and a click goes to the line', () => {
  const errors = [
    { code: 'invalid_json_line', message: 'Line is not JSON.', line: 2 },
    { code: 'token_limit_exceeded', message: 'Queue is full.', line: null },
  ];
  const refused = job({
    state: 'failed',
    parts: [part({ remote: remote({ status: 'failed', counts: null, errors }) })],
    message: 'The provider refused the file: invalid_json_line (line 3): Line is not JSON. and 1 more',
  });
  const tree = treeOf({ jobs: [refused] });
  assert.equal(
    drawn(tree),
    [
      'Needs Attention',
      '  [error!] reviews.jsonl  refused · 1 min',
      '    4,812 requests, none answered',
      '    [error!] line 3: invalid_json_line  Line is not JSON.',
      '    [error!] token_limit_exceeded  Queue is full.',
      '',
    ].join('\n'),
  );
  assert.deepEqual(find(tree, 'job/a/refusal/0')?.command?.args, ['a', 2]);
  assert.ok(!abilities(refused)?.includes('retriable'), 'the same bytes would be refused again');
});

test('what needs nobody any more does not ask for attention', () => {
  const groups = (...jobs: Job[]): string[] => treeOf({ jobs }).map(({ label }) => label);
  const failed = finished(rows({ failed: 3 }));
  assert.deepEqual(groups(failed), ['Needs Attention']);
  assert.deepEqual(
    groups(job({ id: 'b', createdAt: ago(2) }), failed),
    ['Active', 'Done'],
    'sent again since',
  );
  assert.deepEqual(groups(job({ id: 'b', createdAt: ago(2), file: '/data/other.jsonl' }), failed), [
    'Active',
    'Needs Attention',
  ]);
  assert.deepEqual(groups({ ...failed, updatedAt: ago(8 * 24 * 60) }), ['Done'], 'a week old');
  assert.deepEqual(
    groups(finished(rows({ cancelled: 40 }), { state: 'cancelled' })),
    ['Done'],
    'a person wanted that',
  );
  assert.deepEqual(groups(finished(rows({ expired: 40 }), { state: 'expired' })), ['Needs Attention']);
});

test('a job that is unclear or stands still is never among the active ones', () => {
  assert.equal(
    drawn(
      treeOf({
        jobs: [job({ state: 'unclear', parts: [part({ remote: null })], message: 'No answer came.' })],
      }),
    ),
    [
      'Needs Attention',
      '  [question!] reviews.jsonl  unclear whether it was sent · 12 min',
      '    4,812 requests',
      '    [info] No answer came.',
      '',
    ].join('\n'),
  );
  const stops = new Map([['a', { message: 'There is no key for OpenAI.', account: true }]]);
  const tree = treeOf({ jobs: [job()], stops, accountProblem: 'There is no key for OpenAI.' });
  assert.equal(
    drawn(tree),
    [
      '[key!] There is no key for OpenAI.',
      'Needs Attention',
      '  [debug-disconnect!] reviews.jsonl  waits for a key · 62 % · 12 min',
      '    2,983 of 4,812 · 14 failed · at most about $0.31 so far',
      '    [debug-disconnect!] There is no key for OpenAI.',
      '',
    ].join('\n'),
  );
  assert.equal(find(tree, 'job/a/stop')?.command?.id, 'llmBatch.connectProvider');
});

test('a record that cannot be read is named, not hidden', () => {
  const path = '/home/jobs/x/job.json';
  const tree = treeOf({ unreadable: [{ path, message: `${path} is not JSON; it was left as it is.` }] });
  assert.equal(drawn(tree), `Needs Attention\n  [error!] A job record cannot be read  ${path}\n`);
  assert.deepEqual(find(tree, `unreadable/${path}`)?.command?.args, [{ file: path }]);
});

test('what is over stands under its day', () => {
  const at = (id: string, minutes: number): Job =>
    finished(rows(), { id, name: id, updatedAt: ago(minutes) });
  const tree = treeOf({
    jobs: [at('now', 5), at('morning', 11 * 60), at('evening', 13 * 60), at('old', 72 * 60)],
  });
  const days = tree[0]?.children.map(({ label, children }) => [
    label,
    ...children.map((child) => child.label),
  ]);
  assert.deepEqual(days, [
    ['Today', 'now', 'morning'],
    ['Yesterday', 'evening'],
    ['Earlier', 'old'],
  ]);
});

test('each row can do what its state allows', () => {
  assert.deepEqual(abilities(job()), ['job', 'cancelable', 'identified']);
  assert.deepEqual(abilities(job({ cancelRequested: true })), ['job', 'identified']);
  assert.deepEqual(abilities(job({ state: 'intended', parts: [part({ remote: null })] })), [
    'job',
    'cancelable',
  ]);
  assert.deepEqual(abilities(finished()), ['job', 'openable', 'identified']);
  assert.deepEqual(abilities(finished(rows({ missing: 1 }))), ['job', 'openable', 'retriable', 'identified']);
});

test('ids are unique, and stay while a job moves from group to group', () => {
  const ids = (nodes: ReturnType<typeof treeOf>): string[] =>
    nodes.flatMap(({ id, children }) => [id, ...ids(children)]);
  const all = ids(
    treeOf({ jobs: [job(), finished(rows({ failed: 2 }), { id: 'b' }), finished(rows(), { id: 'c' })] }),
  );
  assert.equal(new Set(all).size, all.length);
  for (const one of [job(), finished(), finished(rows({ failed: 2 }))])
    assert.ok(find(treeOf({ jobs: [one] }), 'job/a'));
});

test('a retry under way shows its own progress and what was there before', () => {
  const again = part({
    part: 2,
    attempt: 2,
    requests: 14,
    remote: remote({ counts: { total: 14, completed: 7, failed: 0 } }),
  });
  const retried = job({
    attempt: 2,
    parts: [part(), again],
    rows: rows({ succeeded: 4798, failed: 14 }),
    costUsd: 0.34,
    resultsReady: true,
  });
  assert.equal(
    drawn(treeOf({ jobs: [retried] })),
    [
      'Active',
      '  [play-circle] reviews.jsonl  in progress · 50 % · 12 min',
      '    7 of 14',
      '    before this retry: 4,798 answered · 14 failed · $0.34',
      '',
    ].join('\n'),
  );
});

test('text of a provider or a path never becomes Markdown', () => {
  const hostile = job({
    name: '[x](command:evil)',
    message: '**bold** <img src=x> `code` | cell',
    file: '/a`b|c.jsonl',
  });
  const tooltip = find(treeOf({ jobs: [hostile] }), 'job/a')?.tooltip ?? '';
  assert.ok(tooltip.includes('\\[x\\]\\(command:evil\\)'));
  assert.ok(tooltip.includes('\\*\\*bold\\*\\* \\<img src=x\\> \\`code\\` \\| cell'));
  assert.ok(tooltip.includes('``/a`b\\|c.jsonl``'));
});

test('the tooltip of a finished job has estimate and actual side by side', () => {
  const usage = { input_tokens: 1_250_000, output_tokens: 9_000 };
  const none = { cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
  const over = finished(rows(), { id: 'a', usage: { ...usage, ...none } });
  const tooltip = find(treeOf({ jobs: [over] }), 'job/a')?.tooltip ?? '';
  const plain = tooltip.replaceAll('\\', '');
  assert.ok(plain.includes('| tokens in: 1.21 M estimated, 1.25 M used (+3 %); out: 9,000 used; cost: '));
  assert.ok(plain.includes('; cost: up to $0.50, $0.34 in fact (68 % of the bound) |'));
  assert.doesNotMatch(find(treeOf({ jobs: [finished()] }), 'job/a')?.tooltip ?? '', /Estimate and actual/);
});
