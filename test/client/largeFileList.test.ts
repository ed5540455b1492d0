// Which tabs are large files, while tabs, documents and sizes come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LargeFileList, mostDocumentCharacters, type TabbedFile } from '../../client/largeFileList.ts';

/** A window with these tabs; `during` runs while the sizes are being read. */
class Window {
  tabs: readonly TabbedFile[] = [];
  readonly documents = new Set<string>();
  readonly sizes = new Map<string, number>();
  asked = 0;
  during: () => void = () => {};
  readonly list = new LargeFileList({
    tabs: () => this.tabs,
    isDocument: (uri) => this.documents.has(uri),
    sizeBytesOf: async (uri) => {
      this.asked++;
      this.during();
      return this.sizes.get(uri) ?? null;
    },
  });

  close(): void {
    this.tabs = [];
  }

  show(uri: string, sizeBytes: number | null): void {
    this.tabs = [{ uri, isShown: true }];
    if (sizeBytes !== null) this.sizes.set(uri, sizeBytes);
  }
}

const large = mostDocumentCharacters + 1;

test('a file is large when it has more bytes than a document may have characters', async () => {
  const window = new Window();
  window.tabs = ['a', 'b', 'c'].map((uri) => ({ uri, isShown: true }));
  window.sizes.set('a', mostDocumentCharacters).set('b', large);
  assert.equal(await window.list.look(), true);
  assert.deepEqual(window.list.uris, ['b'], 'c is not on disk');
  assert.equal(window.list.has('b'), true);
  assert.equal(window.list.has('a'), false);
  assert.equal(await window.list.look(), false, 'nothing changed since');
});

test('in two tabs it is one file', async () => {
  const window = new Window();
  window.tabs = [true, true].map((isShown) => ({ uri: 'a', isShown }));
  window.sizes.set('a', large);
  await window.list.look();
  assert.deepEqual(window.list.uris, ['a']);
  assert.equal(window.asked, 1);
});

test('a tab that was never in front is not looked at; one that was remains', async () => {
  const window = new Window();
  window.sizes.set('a', large).set('b', large);
  window.tabs = [
    { uri: 'a', isShown: true },
    { uri: 'b', isShown: false },
  ];
  await window.list.look();
  assert.deepEqual(window.list.uris, ['a']);
  window.tabs = [
    { uri: 'a', isShown: false },
    { uri: 'b', isShown: true },
  ];
  assert.equal(await window.list.look(), true);
  assert.deepEqual(window.list.uris, ['a', 'b']);
});

test('a file that shrinks or goes away is watched on, until its tab is closed', async () => {
  const window = new Window();
  window.show('a', large);
  await window.list.look();
  window.sizes.delete('a');
  assert.equal(await window.list.look(), false);
  assert.deepEqual(window.list.uris, ['a']);
  window.close();
  assert.equal(await window.list.look(), true);
  assert.deepEqual(window.list.uris, []);
});

test('the document of a file with few characters for its bytes takes over', async () => {
  const window = new Window();
  window.show('a', large);
  await window.list.look();
  window.documents.add('a');
  assert.equal(await window.list.look(), true);
  assert.deepEqual(window.list.uris, []);
  window.documents.delete('a');
  await window.list.look();
  assert.deepEqual(window.list.uris, ['a'], 'and gives back');
});

for (const [what, change] of [
  ['closed', (window: Window) => window.close()],
  ['a document', (window: Window) => void window.documents.add('a')],
] as const) {
  test(`a file that is ${what} by the time its size is known is not large`, async () => {
    const window = new Window();
    window.show('a', large);
    window.during = () => change(window);
    assert.equal(await window.list.look(), false);
    assert.deepEqual(window.list.uris, []);
  });
}
