// Is the repository fit for any machine? No addresses of registries, no paths of one machine, no tests switched off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPlaces, read, trackedFiles } from './project.ts';

const binary = /\.(png|gif|ico|woff2?|gz|zip|vsix|bin)$/;
const texts = trackedFiles()
  .filter((path) => !binary.test(path))
  .map((path) => ({ path, text: read(path) }));

function filesWith(pattern: RegExp, where: (path: string) => boolean = () => true): readonly string[] {
  return texts.filter(({ path, text }) => where(path) && pattern.test(text)).map(({ path }) => path);
}

test('the lock file names no registry', () => {
  assert.ok(!read('package-lock.json').includes('"resolved"'), 'run npm with the .npmrc of this repository');
});

test('dependencies are pinned, and the lock file agrees with package.json', () => {
  const manifest = JSON.parse(read('package.json'));
  const locked = JSON.parse(read('package-lock.json')).packages[''];
  for (const kind of ['dependencies', 'devDependencies']) {
    assert.deepEqual(locked[kind], manifest[kind]);
    for (const [name, version] of Object.entries(manifest[kind]))
      assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  }
});

test('the lock file holds what other platforms need', () => {
  const packages = JSON.parse(read('package-lock.json')).packages as Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        packages[`${place}/node_modules/${name}`] === undefined &&
        packages[`node_modules/${name}`] === undefined,
    ),
  );
  // Without them "npm ci" refuses the lock file.
  assert.deepEqual(missing, []);
});

test('no tracked file names a place of this machine', () => {
  for (const place of ownPlaces()) {
    assert.deepEqual(
      texts.filter(({ text }) => text.includes(place)).map(({ path }) => path),
      [],
    );
  }
});

test('what is not a test names no home folder and no registry', () => {
  const place = /(^|[\s"'`(=:])(\/home\/|\/Users\/|\/root\/|C:\\Users)|registry\.npmjs|npmmirror/m;
  assert.deepEqual(
    filesWith(place, (path) => !path.startsWith('test/')),
    [],
  );
});

test('no test is skipped, singled out or left to do', () => {
  const off = new RegExp(
    '\\b(test|it|describe|suite|t)\\.' + '(skip|only|todo)\\(|\\b(skip|only|todo): ' + '(true|[\'"`])',
  );
  assert.deepEqual(
    filesWith(off, (path) => path.startsWith('test/')),
    [],
  );
});

test('every source opens with the question it answers', () => {
  const sources = texts.filter(({ path }) => /\.(ts|mjs|cjs)$/.test(path) && !/\.(test|d)\.m?ts$/.test(path));
  const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text)).map(({ path }) => path);
  assert.deepEqual(silent, []);
});

test('files have names that say what they hold', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|.*Manager|.*Service)\.(ts|mjs)$/i;
  assert.deepEqual(
    texts.map(({ path }) => path).filter((path) => vague.test(path)),
    [],
  );
});
