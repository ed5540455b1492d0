// How do the ranks of the encodings ship? As bytes in a file of their own: half as large as js-tiktoken's modules, and read
// in a millisecond where a module of two megabytes takes ten to be parsed (measured on 2026-11-21).
import { pathToFileURL } from 'node:url';
import { packRanks } from '../core/tokens/packedRanks.ts';

/**
 * @returns {{ plugin: import('esbuild').Plugin, files: Map<string, Uint8Array> }} the plugin takes js-tiktoken's modules
 * for small ones that read a file from beside themselves; after the build those files are to be written, by name.
 */
export function packedRanks() {
  /** @type {Map<string, Uint8Array>} */
  const files = new Map();
  return {
    files,
    plugin: {
      name: 'packed-ranks',
      setup(build) {
        build.onLoad({ filter: /[\\/]js-tiktoken[\\/]dist[\\/]ranks[\\/]\w+\.js$/ }, async ({ path }) => {
          const { default: ranks } = await import(pathToFileURL(path).href);
          const { pat_str, tokens } = packRanks(ranks);
          const name = `${/(\w+)\.js$/.exec(path)?.[1]}.tokens`;
          files.set(name, tokens);
          return { contents: moduleOf(pat_str, name), loader: 'js' };
        });
      },
    },
  };
}

const moduleOf = (/** @type {string} */ pattern, /** @type {string} */ name) => `
import { readFileSync } from 'node:fs';
const tokens = readFileSync(new URL(${JSON.stringify(`./${name}`)}, import.meta.url));
export default { pat_str: ${JSON.stringify(pattern)}, tokens };
`;
