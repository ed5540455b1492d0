// Real text that the machine has: descriptions of Debian packages, or else the documentation of installed npm packages.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `count` paragraphs; where the machine has fewer, they come again with their number. */
export function realTexts(count: number): string[] {
  const found = [...packageDescriptions(), ...documentation()].filter((text) => text.length > 40);
  return Array.from({ length: count }, (_, index) => {
    const text = found[index % found.length] ?? '';
    return index < found.length ? text : `${index}. ${text}`;
  });
}

function packageDescriptions(): string[] {
  const dump = spawnSync('apt-cache', ['dumpavail'], { encoding: 'utf8', maxBuffer: 1 << 29 });
  if (dump.status !== 0) return [];
  return dump.stdout
    .split('\n\n')
    .map((entry) => /^Description(?:-en)?: (.*(?:\n .*)*)/m.exec(entry)?.[1] ?? '')
    .map((text) => text.replaceAll('\n .', '\n').replaceAll('\n ', '\n'));
}

function documentation(): string[] {
  return globSync('node_modules/**/*.md', { cwd: root }).flatMap((path) =>
    readFileSync(`${root}${path}`, 'utf8').split(/\n\s*\n/),
  );
}

/** A batch file with one request per text. */
export function requestsFrom(texts: readonly string[], model = 'gpt-6-luna'): string[] {
  return texts.map((text, index) =>
    JSON.stringify({
      custom_id: `package-${String(index + 1).padStart(5, '0')}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model,
        messages: [
          { role: 'developer', content: 'Name the one word that says best what this software is for.' },
          { role: 'user', content: text },
        ],
        max_completion_tokens: 20,
      },
    }),
  );
}
