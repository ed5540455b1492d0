// Do the endpoints answer one request as they do in a batch, and do they keep to the limits of an account?
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { startSession } from './startSession.ts';

const messages = [{ role: 'user', content: 'Say something short about kettles, please.' }] as const;
const chat = { model: 'gpt-4o-mini', messages: [...messages] };

describe('answers', () => {
  test('every endpoint that a batch calls answers at once', async (context) => {
    const { client } = await startSession(context);
    const said = await client.chat.completions.create(chat);
    assert.ok(said.choices[0]?.message.content);
    assert.ok((said.usage?.total_tokens ?? 0) > 0);
    const response = await client.responses.create({ model: 'gpt-4o-mini', input: 'Name a colour.' });
    assert.ok(response.output_text);
    const embeddings = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    assert.equal(embeddings.data.length, 2);
    const completion = await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'Once' });
    assert.equal(typeof completion.choices[0]?.text, 'string');
    const verdict = await client.moderations.create({ model: 'omni-moderation-latest', input: 'hello' });
    assert.equal(verdict.results.length, 1);
  });

  test('the same request gets the same answer, and the same refusals as in a batch', async (context) => {
    const { client } = await startSession(context);
    const [first, second] = [
      await client.chat.completions.create(chat),
      await client.chat.completions.create(chat),
    ];
    assert.deepEqual(first.choices, second.choices);
    const refused = async (body: object): Promise<InstanceType<typeof OpenAI.APIError>> => {
      try {
        await client.chat.completions.create(body as typeof chat);
      } catch (error) {
        assert.ok(error instanceof OpenAI.APIError);
        return error;
      }
      return assert.fail('it was answered');
    };
    assert.equal((await refused({ ...chat, temperature: 5 })).status, 400);
    assert.equal((await refused({ messages })).status, 400);
    assert.match((await refused({ model: 'gpt-4o-mini' })).message, /messages/);
    assert.equal((await refused({ ...chat, stream: true })).status, 400);
  });
});

describe('limits', () => {
  test('requests a minute: said in headers, refused beyond them, free again with time', async (context) => {
    const { client, pass } = await startSession(context, { faults: 'rpm=2' });
    const first = await client.chat.completions.create(chat).withResponse();
    assert.equal(first.response.headers.get('x-ratelimit-limit-requests'), '2');
    assert.equal(first.response.headers.get('x-ratelimit-remaining-requests'), '1');
    assert.equal(first.response.headers.get('x-ratelimit-reset-requests'), '30000ms');
    await client.chat.completions.create(chat);
    await assert.rejects(client.chat.completions.create(chat), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.code, 'rate_limit_exceeded');
      assert.equal(error.headers?.get('retry-after'), '30');
      return true;
    });
    pass(30_000);
    await client.chat.completions.create(chat);
    await assert.rejects(client.chat.completions.create(chat), OpenAI.RateLimitError);
  });

  test('tokens a minute', async (context) => {
    const { client, pass } = await startSession(context, { faults: 'tpm=40' });
    await client.chat.completions.create(chat);
    const second = await client.chat.completions.create(chat).then(
      () => null,
      (error) => error as InstanceType<typeof OpenAI.APIError>,
    );
    assert.equal(second?.status, 429);
    assert.equal(second?.type, 'tokens');
    pass(60_000);
    await client.chat.completions.create(chat);
  });

  test('without limits nothing is said of them', async (context) => {
    const { client } = await startSession(context);
    const { response } = await client.chat.completions.create(chat).withResponse();
    assert.equal(response.headers.get('x-ratelimit-limit-requests'), null);
  });
});

describe('faults', () => {
  test('answered, but the connection dies: the next is answered', async (context) => {
    const { client } = await startSession(context, { faults: 'drop-answer=1' });
    await assert.rejects(client.chat.completions.create(chat), OpenAI.APIConnectionError);
    await client.chat.completions.create(chat);
  });

  test('a number of failures, or the same share of requests each time', async (context) => {
    const { client } = await startSession(context, { faults: 'fail=1' });
    await assert.rejects(client.chat.completions.create(chat), OpenAI.APIError);
    await client.chat.completions.create(chat);
    const other = await startSession(context, { faults: 'fail=50%' });
    const ends: string[] = [];
    for (let round = 0; round < 2; round++) {
      const end: string[] = [];
      for (let at = 0; at < 20; at++) {
        const asked = { ...chat, messages: [{ role: 'user' as const, content: `Number ${at}` }] };
        const status = await other.client.chat.completions.create(asked).then(
          () => 200,
          (error) => (error as InstanceType<typeof OpenAI.APIError>).status,
        );
        end.push(String(status));
      }
      ends.push(end.join());
    }
    assert.equal(ends[0], ends[1]);
    assert.ok(ends[0]?.includes('200') && /400|50\d/.test(ends[0]), ends[0]);
  });
});
