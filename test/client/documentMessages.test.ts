// Whatever happens while a large document waits for its first problems, the server has in the end what the editor has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DocumentEvent, DocumentMessages } from '../../client/documentMessages.ts';
import { MessageOrder } from '../../client/messageOrder.ts';

interface Document {
  readonly uri: string;
  readonly isLarge: boolean;
  text: string;
}

type Message =
  | { readonly kind: 'open'; readonly uri: string; readonly text: string }
  | { readonly kind: 'change'; readonly uri: string; readonly added: string }
  | { readonly kind: 'close' | 'ask'; readonly uri: string };

/** Sends as the language client does: what opens is written when it is asked for, and comes a little later. */
class World {
  readonly sent: Message[] = [];
  /** Ends the wait for the problems of the first lines, of each large document. */
  readonly shown: (() => void)[] = [];
  readonly #order = new MessageOrder();
  readonly #documents = new DocumentMessages<Document>(this.#order, {
    uriOf: ({ uri }) => uri,
    beginningOf: ({ uri, isLarge, text }) => (isLarge ? { uri, version: 1, text } : null),
    show: () => new Promise((resolve) => this.shown.push(resolve)),
  });
  isGone = false;

  async #send(message: Message): Promise<void> {
    if (this.isGone) throw new Error('The server is gone.');
    await ticks(message.kind === 'open' || message.kind === 'close' ? 1 : 2);
    const place =
      message.kind === 'ask'
        ? undefined
        : this.#documents.placeOf(message.kind as DocumentEvent, message.uri);
    await this.#order.send(async () => void this.sent.push(message), place);
  }

  open(document: Document): Promise<void> {
    return this.#documents.open(document, () => {
      const { uri, text } = document;
      return this.#send({ kind: 'open', uri, text });
    });
  }

  change(document: Document, added: string): Promise<void> {
    document.text += added;
    return this.#documents.change(document, () => this.#send({ kind: 'change', uri: document.uri, added }));
  }

  close(document: Document): Promise<void> {
    return this.#documents.close(document, () => this.#send({ kind: 'close', uri: document.uri }));
  }

  ask({ uri }: Document): Promise<void> {
    return this.#send({ kind: 'ask', uri });
  }
}

/** As long as the language client takes before it sends something. */
async function ticks(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await Promise.resolve();
}

const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const large = (uri: string): Document => ({ uri, isLarge: true, text: uri });

/** As a server keeps documents; a change or a question of one that is not open is a fault. */
function serverTexts(sent: readonly Message[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const message of sent) {
    const { kind, uri } = message;
    assert.equal(texts.has(uri), kind !== 'open', `${kind} ${uri}`);
    if (kind === 'open') texts.set(uri, message.text);
    if (kind === 'change') texts.set(uri, `${texts.get(uri)}${message.added}`);
    if (kind === 'close') texts.delete(uri);
  }
  return texts;
}

const step = fc.record({
  act: fc.constantFrom('toggle', 'change', 'change', 'ask', 'show', 'show last', 'rest'),
  which: fc.nat(2),
});

test('after anything at any time the server has the texts of the editor, and every message has its document', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = new World();
      const open = new Map<number, Document>();
      const names = ['a', 'b', 'c'];
      let added = 0;
      const done: Promise<void>[] = [];
      for (const { act, which } of steps) {
        const document = open.get(which);
        if (act === 'rest') await rest();
        else if (act === 'show') world.shown.shift()?.();
        else if (act === 'show last') world.shown.pop()?.();
        else if (act === 'toggle' && document === undefined) {
          const opened = { ...large(names[which]!), isLarge: which < 2 };
          open.set(which, opened);
          done.push(world.open(opened));
        } else if (document === undefined) continue;
        else if (act === 'toggle') {
          open.delete(which);
          done.push(world.close(document));
        } else if (act === 'change') done.push(world.change(document, String(added++)));
        else {
          done.push(world.ask(document));
          await rest();
        }
      }
      while (world.shown.length > 0) {
        world.shown.shift()?.();
        await rest();
      }
      await Promise.all(done);
      const editor = new Map([...open.values()].map(({ uri, text }) => [uri, text]));
      assert.deepEqual(new Map([...serverTexts(world.sent)].sort()), new Map([...editor].sort()));
    }),
    { seed: 20261121, numRuns: 1000 },
  );
});

test('a large document waits, and what comes after it waits for it', async () => {
  const world = new World();
  const [a, b] = [large('a'), { ...large('b'), isLarge: false }];
  void world.open(a);
  await rest();
  void world.open(b);
  void world.ask(a);
  void world.change(a, '+');
  await rest();
  assert.deepEqual(world.sent, []);
  world.shown[0]?.();
  await rest();
  assert.deepEqual(
    world.sent.map(({ kind, uri }) => `${kind} ${uri}`),
    ['open a', 'open b', 'ask a'],
  );
  assert.deepEqual(world.sent[0], { kind: 'open', uri: 'a', text: 'a+' });
});

test('where a document cannot be sent the others are', async () => {
  const world = new World();
  const failed = world.open(large('a')).catch(({ message }: Error) => message);
  await rest();
  void world.ask(large('b'));
  world.isGone = true;
  world.shown[0]?.();
  assert.equal(await failed, 'The server is gone.');
  await rest();
  assert.deepEqual(world.sent, [{ kind: 'ask', uri: 'b' }]);
});

test('a message that fails is told so, and the next is sent', async () => {
  const order = new MessageOrder();
  const place = order.keepPlace();
  const fails = order.send(() => {
    throw new Error('closed');
  });
  const next = order.send(async () => 'sent');
  order.leave(place);
  await assert.rejects(fails, /closed/);
  assert.equal(await next, 'sent');
});
