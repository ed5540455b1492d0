// Do package.json and the sources of extension and server speak of the same commands, settings, views and contexts?
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfiguration } from '#core';
import { read, root, sourcesOf } from './project.ts';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}
interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly icon?: string;
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings?: readonly MenuItem[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly when?: string }[]>>;
    readonly viewsContainers: Readonly<
      Record<string, readonly { readonly id: string; readonly icon: string }[]>
    >;
    readonly viewsWelcome?: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when?: string;
    }[];
    readonly grammars?: readonly { readonly path: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly title: string;
        readonly description: string;
        readonly media: { readonly image: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, object>> };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { commands, menus, views, viewsContainers, viewsWelcome = [], configuration } = manifest.contributes;
const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const commandIds = commands.map(({ command }) => command);
const viewIds = Object.values(views).flatMap((list) => list.map(({ id }) => id));
const settings = Object.keys(configuration.properties);
const client = sourcesOf('client').map(read).join('\n');
const server = sourcesOf('server').map(read).join('\n');

/** Every quoted `llmBatch.x` of a text. */
function quoted(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/['"`](llmBatch\.[\w.]+)['"`]/g)].map(([, name]) => name ?? ''))];
}

test('every command has the category, a title of its own and a handler, and the reverse', () => {
  for (const { command, category, title } of commands) {
    assert.equal(category, 'LLM Batch', command);
    assert.ok(!title.startsWith('LLM Batch'), `${command}: the category says it already`);
    assert.match(command, /^llmBatch\.[a-z][A-Za-z]+$/);
  }
  assert.equal(
    new Set(commands.map(({ title }) => title)).size,
    commands.length,
    'two commands share a title',
  );
  const handled = [...read('client/commands/commandTable.ts').matchAll(/^ {2}'(llmBatch\.\w+)':/gm)].map(
    ([, id]) => id,
  );
  assert.deepEqual(handled.sort(), [...commandIds].sort());
});

test('what sources and links call is a command', () => {
  const texts = [
    ...viewsWelcome.map(({ contents }) => contents),
    ...steps.map(({ description }) => description),
    ...steps.flatMap(({ completionEvents }) => completionEvents.map((event) => `(${event.slice(2)})`)),
  ];
  const links = texts.flatMap((text) =>
    [...text.matchAll(/\((?:[cC]ommand|Link:command):([\w.]+)/g)].map(([, id]) => id),
  );
  assert.ok(links.length > steps.length);
  assert.deepEqual(
    links.filter((id) => id?.startsWith('llmBatch.') && !commandIds.includes(id)),
    [],
  );
  const called = [
    ...`${client}\n${server}`.matchAll(/(?:executeCommand\(\s*|\bcommand: |\bid: )'(llmBatch\.\w+)'/g),
  ];
  assert.ok(called.length > 0);
  assert.deepEqual(
    called.map(([, id]) => id ?? '').filter((id) => !commandIds.includes(id)),
    [],
  );
});

test('menus, welcome texts and keys refer to commands and views that exist', () => {
  const items = [...Object.values(menus).flat(), ...(manifest.contributes.keybindings ?? [])];
  for (const { command } of items) assert.ok(command === undefined || commandIds.includes(command), command);
  for (const { view } of viewsWelcome) assert.ok(viewIds.includes(view), view);
  for (const container of Object.keys(views)) {
    const ids = Object.values(viewsContainers).flatMap((list) => list.map(({ id }) => id));
    assert.ok(ids.includes(container), container);
  }
  for (const id of viewIds) assert.ok(quoted(client).includes(id), `${id} has no provider`);
});

test('conditions use contexts that the extension sets, settings that exist and abilities that tree rows have', () => {
  const items = [
    ...Object.values(menus).flat(),
    ...viewsWelcome,
    ...Object.values(views).flat(),
    ...(manifest.contributes.keybindings ?? []),
  ];
  const conditions = items.flatMap(({ when }) => (when === undefined ? [] : [when]));
  for (const when of conditions) {
    for (const [, config, name = ''] of when.matchAll(/(config\.)?\b(llmBatch\.[\w.]+)/g)) {
      const known =
        config === undefined
          ? viewIds.includes(name) || quoted(client).includes(name)
          : settings.includes(name);
      assert.ok(known, `"${when}": nobody sets ${config ?? ''}${name}`);
    }
    for (const [, ability = ''] of when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g)) {
      assert.match(client, new RegExp(`['" \`]${ability}['" \`]`), `"${when}": no row is ${ability}`);
    }
  }
});

test('a row of the tree offers only what it is able to do, and every view menu names its view', () => {
  for (const { command, when = '' } of menus['view/item/context'] ?? []) {
    assert.match(when, /\bview == llmBatch\.\w+ && .*viewItem/, command);
  }
  for (const { command, when = '' } of menus['view/title'] ?? [])
    assert.match(when, /\bview == llmBatch\.\w+/, command);
  for (const place of ['editor/title', 'editor/context']) {
    for (const { command, when = '' } of menus[place] ?? [])
      assert.match(when, /llmBatch\.\w+/, `${place} ${command}`);
  }
});

test('every setting is read, and only settings that exist are read, in one file', () => {
  const reader = read('client/settings.ts');
  const readNames = new Set([...reader.matchAll(/'([a-z][\w.]*)'/gi)].map(([, name]) => `llmBatch.${name}`));
  assert.deepEqual(
    settings.filter((name) => !readNames.has(name)),
    [],
  );
  const asked = [...reader.matchAll(/\bget<.*>\('([\w.]+)'/g)].map(([, name]) => `llmBatch.${name}`);
  const named = [...reader.matchAll(/^export const \w+Setting = '([\w.]+)'/gm)].map(
    ([, name]) => `llmBatch.${name}`,
  );
  assert.ok(asked.length + named.length >= settings.length, 'the reader is not written as this test expects');
  assert.deepEqual(
    [...asked, ...named].filter((name) => !settings.includes(name)),
    [],
  );
  const others = sourcesOf('client').filter((file) => file !== 'client/settings.ts');
  assert.deepEqual(
    others.filter((file) => read(file).includes('getConfiguration(')),
    [],
  );
  const watched = [...client.matchAll(/affectsConfiguration\(\s*'(llmBatch[\w.]*)'/g)].map(
    ([, name]) => name ?? '',
  );
  assert.deepEqual(
    watched.filter((name) => !settings.some((setting) => setting === name || setting.startsWith(`${name}.`))),
    [],
  );
});

test('files that the manifest names exist', () => {
  const icons = Object.values(viewsContainers).flatMap((list) => list.map(({ icon }) => icon));
  const paths = [
    ...icons,
    ...(manifest.contributes.grammars ?? []).map(({ path }) => path),
    manifest.icon ?? 'README.md',
  ];
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test('the changelog speaks of this version', () => {
  assert.ok(read('CHANGELOG.md').includes(`## ${manifest.version}`));
});

test('each step of the walkthrough has a picture that ships', () => {
  assert.equal(steps.length, 4);
  for (const { title, media } of steps) {
    assert.ok(existsSync(join(root, media.image)), title);
    assert.ok(media.altText.length > 20, title);
  }
});

interface SchemaNode {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** What a settings page needs beside the schema, and words, which are its own. */
const besides: ReadonlySet<string> = new Set([
  ...['default', 'order', 'scope', 'description', 'markdownDescription'],
  ...['enumItemLabels', 'markdownEnumDescriptions', 'enumDescriptions'],
]);

function rulesOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rulesOf);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([keyword]) => !besides.has(keyword));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, rulesOf(value)]));
}

test('a .llm-batch.json may hold what the settings of the same names may, and nothing else', () => {
  const schema = JSON.parse(read('schemas/configuration.json')) as SchemaNode;
  const { $schema: _, anthropic, ...others } = schema.properties ?? {};
  const all = { ...others, 'anthropic.apiVersion': anthropic?.properties?.apiVersion };
  for (const [name, node] of Object.entries(all)) {
    assert.deepEqual(rulesOf(node), rulesOf(configuration.properties[`llmBatch.${name}`]), name);
  }
  const names = Object.keys(schema.properties ?? {});
  const asRead = readConfiguration({ unknown: 1 }, 'project').problems[0] ?? '';
  for (const name of names.slice(1)) assert.ok(asRead.includes(name), `${name} is read`);
  assert.equal(asRead.split(',').length, names.length - 1, asRead);
});

test('settings.json of a terminal may hold what the settings of the same names may', () => {
  const schema = JSON.parse(read('schemas/settings.json')) as SchemaNode;
  const { $schema: _, ...members } = schema.properties ?? {};
  for (const [name, node] of Object.entries(members)) {
    assert.deepEqual(rulesOf(node), rulesOf(configuration.properties[`llmBatch.${name}`]), name);
  }
  const shared = JSON.parse(read('schemas/configuration.json')) as SchemaNode;
  const profile = members.profiles?.additionalProperties as SchemaNode | undefined;
  for (const name of ['limits', 'prices'])
    assert.deepEqual(rulesOf(profile?.properties?.[name]), rulesOf(shared.properties?.[name]), name);
});
