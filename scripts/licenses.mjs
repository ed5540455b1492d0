// Which packages are inside the bundles, and under which licences? The answer ships as dist/LICENSES.txt.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles of the bundles
 * @returns {string} name, version, licence and licence text of every package in them, by name
 */
export function bundledLicenses(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const path of Object.keys(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
        if (folder !== undefined) folders.add(folder);
      }
    }
  }
  return [...folders]
    .sort(byPackage)
    .map(describe)
    .join(`\n${'-'.repeat(100)}\n\n`);
}

/** @param {string} folder */
function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? licenseInReadme(folder) : readFileSync(join(folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** @param {string} folder some packages carry their licence as the last part of the readme */
function licenseInReadme(folder) {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) return '';
  return /^#+ *licen[cs]e[\s\S]*/im.exec(readFileSync(readme, 'utf8'))?.[0] ?? '';
}

const byPackage = (/** @type {string} */ a, /** @type {string} */ b) =>
  a.slice(a.lastIndexOf('node_modules/')) < b.slice(b.lastIndexOf('node_modules/')) ? -1 : 1;
