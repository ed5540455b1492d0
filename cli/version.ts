// Which version is this? From the package beside this folder, whether it runs from source or bundled.
import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
