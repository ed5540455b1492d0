// Tools: their names, the choice among them, calls and answers that belong together, and the word JSON.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chosen, offers } from './fixing.ts';
import { chat, claude, findingsOf, gemini, placesOf, responses } from './inside.ts';

const functionTool = (name: string): object => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} } },
});
const call = (id: string): object => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
const calling = (...ids: string[]): object => ({ role: 'assistant', tool_calls: ids.map(call) });
const answering = (id: string): object => ({ role: 'tool', tool_call_id: id, content: '1' });
const user = { role: 'user', content: 'Hi' };

test('names of tools: lengths at their limits, in each dialect', () => {
  const ofClaude = (length: number): string[] =>
    placesOf(
      claude({ tools: [{ name: 'a'.repeat(length), input_schema: { type: 'object' } }] }),
      'anthropic',
    );
  assert.deepEqual(
    [64, 65, 128, 129].map((length) => ofClaude(length).length),
    [0, 1, 1, 1],
  );
  const severityOf = (length: number): unknown =>
    findingsOf(
      claude({ tools: [{ name: 'a'.repeat(length), input_schema: { type: 'object' } }] }),
      'anthropic',
    )[0]?.severity;
  assert.deepEqual([65, 129].map(severityOf), ['warning', 'error']);
  assert.deepEqual(placesOf(chat({ tools: [functionTool('a'.repeat(64))] })), []);
  assert.deepEqual(placesOf(chat({ tools: [functionTool('a'.repeat(65))] })), [
    'tools.name body.tools.0.function.name',
  ]);
  const declared = (name: string): string[] =>
    placesOf(gemini({ tools: [{ functionDeclarations: [{ name }] }] }), 'gemini');
  assert.deepEqual(declared('_a.b:c-d'), []);
  assert.equal(declared('9a').length, 1);
});

test('a choice among tools that come later, or from a stored prompt, is left alone', () => {
  const named = { type: 'function', name: 'f' };
  assert.deepEqual(placesOf(responses({ tool_choice: named })).length, 1);
  assert.deepEqual(placesOf(responses({ tool_choice: named, prompt: { id: 'pmpt_1' } })), []);
  const input = [
    user,
    { type: 'additional_tools', role: 'developer', tools: [{ ...named, parameters: {} }] },
  ];
  assert.deepEqual(
    placesOf(responses({ tool_choice: named, input })).filter((one) => one.startsWith('tools.name')),
    [],
  );
});

test('one call waits and one answer is stray: its id is offered', () => {
  const lines = [JSON.stringify(chat({ messages: [user, calling('c1'), answering('c2')] }))];
  assert.deepEqual(offers(lines, 'tools.unmatched-call'), ['offered: Write "c1"']);
  const after = chosen(lines, 'tools.unmatched-call', 'Write "c1"');
  assert.deepEqual(placesOf(JSON.parse(after[0] ?? '')), []);
});

test('what OpenAI stores may answer or ask for what input does not show', () => {
  const output = { type: 'function_call_output', call_id: 'c', output: '1' };
  const asked = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
  assert.equal(placesOf(responses({ input: [user, output] })).length, 1);
  assert.equal(placesOf(responses({ input: [user, asked] })).length, 1);
  assert.deepEqual(placesOf(responses({ input: [output], conversation: 'conv_1' })), []);
  assert.deepEqual(placesOf(responses({ input: [{ type: 'item_reference', id: 'x' }, output] })), []);
  assert.deepEqual(placesOf(responses({ input: [user, output, asked] })), [], 'whatever their order');
});

test('random conversations: those that keep the order are clean, and each slip is found', () => {
  const slips = ['none', 'drop', 'rename', 'late'] as const;
  const rounds = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rounds, fc.constantFrom(...slips), fc.nat(3), (counts, slip, where) => {
      const round = where % counts.length;
      const ids = counts.map((count, at) => Array.from({ length: count }, (_, index) => `c${at}_${index}`));
      const ofChat: object[] = [];
      const ofClaude: object[] = [];
      for (const [at, list] of ids.entries()) {
        const isHere = at === round;
        let answers = isHere && slip === 'drop' ? list.slice(1) : [...list];
        if (isHere && slip === 'rename') answers = ['other', ...list.slice(1)];
        const between = isHere && slip === 'late';
        ofChat.push(user, calling(...list), ...(between ? [user] : []), ...answers.map(answering));
        ofClaude.push(
          user,
          { role: 'assistant', content: list.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
          {
            role: 'user',
            content: [
              ...(between ? [{ type: 'text', text: 'Wait' }] : []),
              ...answers.map((id) => ({ type: 'tool_result', tool_use_id: id, content: '1' })),
              { type: 'text', text: 'So?' },
            ],
          },
          { role: 'assistant', content: 'Well.' },
        );
      }
      ofClaude.push(user);
      const isClean = slip === 'none';
      const codes = (places: readonly string[]): readonly string[] =>
        places.filter((place) => place.startsWith('tools.unmatched-call'));
      assert.equal(codes(placesOf(chat({ messages: ofChat }))).length === 0, isClean);
      const request = claude({
        messages: ofClaude,
        tools: [{ name: 'f', input_schema: { type: 'object' } }],
      });
      assert.equal(codes(placesOf(request, 'anthropic')).length === 0, isClean);
    }),
    { seed: 29, numRuns: 150 },
  );
});

test('conversations that are hostile say no more than a person reads', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `c${index}`);
  const messages = [user, calling(...many), ...many.map((id) => answering(`x${id}`))];
  assert.ok(findingsOf(chat({ messages })).length <= 30);
  const input = many.map((id) => ({ type: 'function_call_output', call_id: id, output: '' }));
  assert.ok(findingsOf(responses({ input })).length <= 30);
  const content = many.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
  const results = many.map((id) => ({ type: 'tool_result', tool_use_id: `x${id}` }));
  const turns = [user, { role: 'assistant', content }, { role: 'user', content: results }];
  assert.ok(findingsOf(claude({ messages: turns }), 'anthropic').length <= 30);
  const parts = many.map((name) => ({ functionCall: { name, args: {} } }));
  const answers = many.map((name) => ({ functionResponse: { name: `x${name}`, response: {} } }));
  const contents = [
    { role: 'user', parts: [{ text: 'Hi' }] },
    { role: 'model', parts },
    { role: 'user', parts: answers },
  ];
  assert.ok(findingsOf(gemini({ contents }), 'gemini').length <= 30);
});

test('the word JSON counts wherever it may stand', () => {
  const asks = { response_format: { type: 'json_object' } };
  const codes = (request: ReturnType<typeof chat>): string[] =>
    placesOf(request).filter((place) => place.startsWith('schema.json-word'));
  assert.equal(codes(chat(asks)).length, 1);
  for (const messages of [
    [{ role: 'system', content: 'You answer in json.' }, user],
    [{ role: 'user', content: [{ type: 'text', text: 'JSON!' }] }],
    [user, { role: 'assistant', content: 'As Json' }, user],
  ]) {
    assert.deepEqual(codes(chat({ ...asks, messages })), []);
  }
  assert.deepEqual(codes(chat({ response_format: { type: 'text' } })), []);
});
