// Does docs/cli.md speak of the verbs, options and JSON fields that there are, and of no others?
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { optionWords } from '../../cli/options.ts';
import { Terminal } from '../../cli/terminal.ts';
import { verbs } from '../../cli/verbs.ts';
import { read, root } from './project.ts';

const page = read('docs/cli.md');
const names = Object.keys(verbs);

/** From its heading to the next one of the same rank. */
function sectionOf(verb: string): string {
  const section = page.split(`\n## ${verb}\n`)[1]?.split(/^## /m)[0];
  assert.ok(section, `docs/cli.md has no section ${verb}`);
  return section;
}

/** The first column of its tables, without backticks. */
function firstCells(section: string): readonly string[] {
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell ?? '');
}

test('it has a section for each verb, in the order of the help, and for no other', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, ['For every verb', ...names]);
});

for (const verb of names) {
  test(`${verb}: every option with what it does, and no other; its arguments; an example; its exit statuses`, async () => {
    const command = new Command(verb);
    await (await verbs[verb]?.load())?.define(command, new Terminal());
    const section = sectionOf(verb);
    const written = firstCells(section).filter((cell) => cell.startsWith('-'));
    assert.deepEqual(
      written,
      command.options.map(({ flags }) => flags),
    );
    for (const option of command.options) {
      assert.ok(section.includes(`| \`${option.flags}\` | ${optionWords(option)} |`), option.flags);
    }
    for (const argument of command.registeredArguments) {
      assert.ok(section.includes(`- \`${argument.name()}\`: ${argument.description}`), argument.name());
    }
    assert.ok(section.includes(`$ llm-batch ${verb}`), 'no example');
    assert.ok(section.includes('**Exit status.** 0'), 'no exit status');
  });
}

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function schemaOf(name: string): Schema {
  return JSON.parse(read(`schemas/cli/${name}`)) as Schema;
}

/** Every field, as `files[].problems[].line`; what is described once is not followed a second time. */
function pathsOf(top: Schema): readonly string[] {
  const seen = new Set<string>();
  const paths: string[] = [];
  const walk = (schema: Schema, path: string): void => {
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      // Described once for all verbs.
      if (path === '' && name === 'error') continue;
      paths.push(`${path}${name}`);
      if (member.$ref !== undefined && seen.has(member.$ref)) continue;
      if (member.$ref !== undefined) seen.add(member.$ref);
      const { items, ...inner } = definition(member, top);
      if (items !== undefined) walk(definition(items, top), `${path}${name}[].`);
      else walk(inner, `${path}${name}.`);
    }
  };
  walk(top, '');
  return paths;
}

function definition(schema: Schema, top: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (top.$defs?.[name] ?? {});
}

const files = readdirSync(join(root, 'schemas/cli'));

test('every verb but lsp has a schema, and every schema its verb', () => {
  const expected = [...names.filter((name) => name !== 'lsp'), 'error'].map((name) => `${name}.json`);
  assert.deepEqual([...files].sort(), expected.sort());
});

for (const file of files) {
  const verb = file.replace('.json', '');
  const schema = schemaOf(file);
  if (verb === 'error') continue;
  test(`${file}: its fields are those of docs/cli.md, each with a description`, () => {
    const section = sectionOf(verb);
    assert.ok(section.includes(`\`schemas/cli/${file}\``));
    assert.ok(schema.title && schema.description);
    if (schema.$ref !== undefined) {
      assert.equal(schema.$ref, 'jobs.json');
      return assert.ok(section.includes('that of [jobs](#jobs)'));
    }
    assert.deepEqual(
      firstCells(section).filter((cell) => !cell.startsWith('-')),
      pathsOf(schema),
    );
    for (const part of membersOf(schema)) assert.ok(part.description || part.$ref, JSON.stringify(part));
  });
}

function membersOf(schema: Schema): readonly Schema[] {
  const inner = [...Object.values(schema.properties ?? {}), ...Object.values(schema.$defs ?? {})];
  const items = schema.items === undefined ? [] : [schema.items];
  return [...inner, ...items, ...[...inner, ...items].flatMap(membersOf)];
}

test('the codes of `error` are those of docs/cli.md', () => {
  const { $defs } = JSON.parse(read('schemas/cli/error.json'));
  const general = sectionOf('For every verb');
  const table = general.split('| `error.code` | meaning |')[1]?.split('\n\n')[0] ?? '';
  assert.deepEqual(firstCells(table), $defs.failure.properties.code.enum);
});

test('README names every verb of the command line', () => {
  const readme = read('README.md');
  for (const verb of names) assert.match(readme, new RegExp(`\`[^\`]*\\b${verb}\\b`), verb);
  assert.ok(readme.includes('](docs/cli.md)'));
});
