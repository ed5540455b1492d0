// Is there a page for every problem code, and does every link in the documents lead somewhere?
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { problemCodes } from '#core';
import { read, root, sourcesOf, trackedFiles } from './project.ts';

test('every problem code has its page, and every page its code', () => {
  const pages = readdirSync(join(root, 'docs/problems')).map((name) => name.replace(/\.md$/, ''));
  assert.deepEqual(pages.sort(), Object.keys(problemCodes).sort());
});

for (const [code, { severity }] of Object.entries(problemCodes)) {
  test(`the page of ${code} tells cause, example and fix`, () => {
    const page = read(`docs/problems/${code}.md`);
    assert.ok(page.startsWith(`# ${code}\n`));
    assert.ok(page.includes(`**${severity}**`), `it does not say that the default is ${severity}`);
    for (const section of ['## Cause', '## Example', '## Fix']) {
      const text = page.split(`${section}\n`)[1]?.split(/^## /m)[0]?.trim() ?? '';
      assert.ok(text.length > 10, `${section} says nothing`);
    }
  });
}

test('a page says that its code is not checked yet exactly where nothing reports it', () => {
  const sources = [...sourcesOf('core'), ...sourcesOf('files')].filter((path) => path !== 'core/problem.ts');
  const reporting = sources.map(read).join('\n');
  const said = Object.keys(problemCodes).filter((code) =>
    read(`docs/problems/${code}.md`).includes('does not check it yet'),
  );
  assert.deepEqual(
    said,
    Object.keys(problemCodes).filter((code) => !reporting.includes(`'${code}'`)),
  );
});

test('links in the documents lead to files that are there', () => {
  const dead: string[] = [];
  for (const file of trackedFiles().filter((path) => path.endsWith('.md'))) {
    for (const [, target = ''] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^([a-z]+:|#)/i.test(target)) continue;
      const path = join(root, dirname(file), target.replace(/#.*$/, ''));
      if (!existsSync(path)) dead.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
});
