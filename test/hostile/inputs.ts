// Files that nobody writes on purpose, and everybody meets: what each is, and what is said of it.
import { chatLine } from '../cli/command.ts';

export interface HostileInput {
  readonly name: string;
  /** Made when it is needed: some are large. */
  readonly content: () => string | Uint8Array;
  /** Every code that `check` tells, sorted. */
  readonly codes: readonly string[];
  /** What `check` prints beside that. */
  readonly says?: RegExp;
  /** `estimate` cannot read all of it. */
  readonly unreadable?: true;
  readonly estimateSays?: RegExp;
  /** The largest resident memory of the process, in MB; by default `usualMegabytes`. */
  readonly maxMegabytes?: number;
}

/** Node itself, the sources, two encodings and a worker or two take half of it. */
export const usualMegabytes = 400;

/** A line whose body has other text spliced in: what JSON.stringify would not write. */
export function bodyLine(id: string, members: string): string {
  return chatLine(id).replace('"max_completion_tokens":50', () => members);
}

const lf = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

const twoLines = lf(chatLine('a'), chatLine('b'));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const encodings: readonly HostileInput[] = [
  { name: 'mark', content: () => `\ufeff${twoLines}`, codes: ['file.bom'] },
  {
    name: 'utf16le',
    content: () => Buffer.from(`\ufeff${twoLines}`, 'utf16le'),
    codes: ['file.encoding'],
    says: /The file is UTF-16; /,
    unreadable: true,
  },
  {
    name: 'utf16be',
    content: () => swapped(Buffer.from(`\ufeff${twoLines}`, 'utf16le')),
    codes: ['file.encoding'],
    says: /The file is UTF-16; /,
    unreadable: true,
  },
  {
    name: 'utf16le-without-mark',
    content: () => Buffer.from(twoLines, 'utf16le'),
    codes: ['file.encoding'],
    says: /The file is UTF-16; /,
    unreadable: true,
  },
  {
    name: 'utf16be-without-mark',
    content: () => swapped(Buffer.from(twoLines, 'utf16le')),
    codes: ['file.encoding'],
    unreadable: true,
  },
  {
    name: 'utf32le',
    content: () => Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x7d, 0, 0, 0]),
    codes: ['file.encoding'],
    says: /The file is UTF-32; /,
    unreadable: true,
  },
  {
    name: 'latin1',
    content: () => Buffer.from(lf(chatLine('a', 'caf\u00e9 cr\u00e8me'), chatLine('b')), 'latin1'),
    codes: ['file.encoding'],
    says: /latin1\.jsonl:1:\d+ +error +file\.encoding .* perhaps Windows-1252/,
  },
  {
    name: 'cut-character',
    content: () => Buffer.from(lf(chatLine('a', 'x€x'), chatLine('b'))).filter((byte) => byte !== 0xac),
    codes: ['file.encoding'],
    says: /not UTF-8, and what it was is lost/,
  },
  { name: 'cr-lf', content: () => twoLines.replaceAll('\n', '\r\n'), codes: [] },
  {
    name: 'lone-cr',
    content: () => twoLines.replaceAll('\n', '\r'),
    codes: ['file.encoding'],
    says: /carriage return \(CR\) alone/,
    unreadable: true,
  },
  { name: 'separators', content: () => lf(chatLine('a', 'x\u2028\u2029\u0085\u000by')), codes: [] },
  {
    name: 'nul',
    content: () => lf(chatLine('a').replace('Say', '\0')),
    codes: ['json.invalid'],
    unreadable: true,
  },
  {
    name: 'only-nul',
    content: () => new Uint8Array(1_000_000),
    codes: ['file.unknown-dialect'],
    unreadable: true,
  },
  {
    name: 'noise',
    content: () => Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i * i + 7, 2654435761) >>> 21),
    codes: ['file.unknown-dialect'],
    unreadable: true,
  },
];

const shapes: readonly HostileInput[] = [
  { name: 'empty', content: () => '', codes: ['file.empty'], unreadable: true },
  { name: 'blank', content: () => '\n \n\t\r\n\n', codes: ['file.empty'], unreadable: true },
  { name: 'million-blank', content: () => '\n'.repeat(1_000_000), codes: ['file.empty'], unreadable: true },
  {
    name: 'array',
    content: () => `[${chatLine('a')},${chatLine('b')}]`,
    codes: ['json.array-file'],
    unreadable: true,
  },
  {
    name: 'pretty-array',
    content: () => JSON.stringify([JSON.parse(chatLine('a')), JSON.parse(chatLine('b'))], null, 2),
    codes: ['json.array-file'],
    unreadable: true,
  },
  {
    name: 'pretty',
    content: () => lf(...['a', 'b'].map((id) => JSON.stringify(JSON.parse(chatLine(id)), null, 2))),
    codes: ['json.multiline'],
    unreadable: true,
  },
  {
    name: 'deep-arrays',
    content: () => lf(chatLine('a'), bodyLine('b', `"metadata":${nested(100_000)}`)),
    codes: ['body.type'],
  },
  {
    name: 'deep-objects',
    content: () => lf(chatLine('a'), bodyLine('b', `"stop":${nestedObjects(100_000)}`)),
    codes: ['body.type'],
  },
  {
    name: 'deep-schema',
    content: () =>
      lf(
        bodyLine(
          'a',
          `"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":${nestedObjects(100_000)}}}`,
        ),
      ),
    codes: ['tokens.context'],
  },
  {
    name: 'deep-tools',
    content: () =>
      lf(
        bodyLine(
          'a',
          `"tools":[{"type":"function","function":{"name":"f","parameters":${nestedObjects(100_000)}}}]`,
        ),
      ),
    codes: ['body.value'],
  },
  {
    name: 'deep-unclosed',
    content: () => lf(chatLine('a'), `{"custom_id":"b","body":${'['.repeat(100_000)}`),
    codes: ['json.invalid'],
    unreadable: true,
  },
  {
    name: 'deep-only',
    content: () => lf(nested(100_000)),
    codes: ['file.unknown-dialect'],
    unreadable: true,
  },
  {
    name: 'deep-pretty',
    content: () => `${'[\n'.repeat(100_000)}${']\n'.repeat(100_000)}`,
    codes: ['file.unknown-dialect'],
    unreadable: true,
  },
];

const values: readonly HostileInput[] = [
  {
    name: 'proto',
    content: () =>
      lf(
        `{"__proto__":{"polluted":1},"constructor":1,${chatLine('a').slice(1)}`,
        bodyLine('__proto__', '"__proto__":{"polluted":1},"toString":2'),
        chatLine('constructor'),
      ),
    codes: ['body.unknown-field', 'body.unknown-field', 'request.unknown-field', 'request.unknown-field'],
  },
  {
    name: 'duplicate-keys',
    content: () => lf(`{"custom_id":"x",${chatLine('a').slice(1)}`, bodyLine('b', '"n":1,"\\u006e":1')),
    codes: ['json.duplicate-key', 'json.duplicate-key'],
  },
  {
    name: 'many-members',
    content: () =>
      lf(
        bodyLine(
          'a',
          `"logit_bias":{${Array.from({ length: 100_000 }, (_, i) => `"${i}":1`).join(',')},"7":1}`,
        ),
      ),
    codes: ['json.duplicate-key'],
  },
  {
    name: 'lone-surrogates',
    content: () =>
      lf(chatLine('a', 'x\ud83dx'), bodyLine('\\udc00', '"n":1').replace('\\\\udc00', '\\udc00')),
    codes: ['id.pattern', 'json.lone-surrogate', 'json.lone-surrogate'],
  },
  {
    name: 'infinite',
    content: () => lf(bodyLine('a', '"temperature":1e400'), bodyLine('b', '"temperature":-1e400')),
    codes: ['body.type', 'body.type', 'json.big-integer', 'json.big-integer'],
  },
  {
    name: 'big-integers',
    content: () =>
      lf(bodyLine('a', '"seed":9007199254740993'), bodyLine('b', `"seed":${'9'.repeat(100_000)}`)),
    codes: ['body.deprecated', 'body.deprecated', 'body.type', 'json.big-integer', 'json.big-integer'],
  },
  {
    name: 'equal-ids',
    content: () => `${chatLine('a')}\n`.repeat(100_000),
    codes: ['file.too-many-requests', ...Array.from({ length: 999 }, () => 'id.duplicate')],
    says: /100,001 errors in 100,000 requests/,
  },
  {
    name: 'endoftext',
    content: () => lf(chatLine('a', '<|endoftext|><|im_start|>')),
    codes: [],
    estimateSays: /input tokens +19 \(exact\)/,
  },
  {
    name: 'ansi',
    content: () =>
      lf(...[1, 2].map(() => chatLine('\u001b]0;owned\u0007\u001b[2J', 'x', { '\u001b[31m': '\u009b' }))),
    codes: ['body.unknown-field', 'id.duplicate', 'id.pattern'].flatMap((code) => [code, code]),
    says: /\\u001b\]0;owned\\u0007/,
  },
];

function letters(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 11;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = 97 + Math.floor((state / 2 ** 32) * 26);
  }
  return bytes;
}

/** A request whose text is these bytes, in one line. */
function around(text: Buffer): Buffer {
  const [before = '', after = ''] = chatLine('a', 'HERE').split('HERE');
  return Buffer.concat([Buffer.from(before), text, Buffer.from(`${after}\n`)]);
}

const sizes: readonly HostileInput[] = [
  {
    name: 'million-letters',
    content: () => around(letters(1_000_000)),
    codes: ['tokens.context'],
    estimateSays: /input tokens +519 k \(exact\)/,
  },
  {
    name: 'emoji',
    content: () => around(Buffer.from('😀'.repeat(300_000))),
    codes: ['tokens.context'],
    estimateSays: /input tokens +300 k \(exact\)/,
  },
  {
    name: 'line-of-100-mb',
    content: () => around(letters(100_000_000)),
    codes: ['tokens.context'],
    says: /1 (?:error|warning) in 1 request .*100 MB/,
    estimateSays: /input tokens +~51\.\d M \(estimated, within about 1 %\)/,
    maxMegabytes: 1000,
  },
  {
    name: 'text-of-100-mb',
    content: () => around(Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(2_222_222))),
    codes: ['tokens.context'],
    estimateSays: /input tokens +22\.2 M \(exact\)/,
    maxMegabytes: 1000,
  },
  {
    name: 'many-in-one-line',
    content: () => around(Buffer.from('\\u00e9\\n\\"'.repeat(1_000_000))),
    codes: ['tokens.context'],
  },
];

const filled = (unit: string, count: number): Buffer => Buffer.alloc(unit.length * count, unit);

/** What a parser takes minutes and gigabytes for. */
const excesses: readonly HostileInput[] = [
  {
    name: 'brackets-of-50-mb',
    content: () => Buffer.concat([Buffer.from('{"custom_id":"a","body":'), filled('[', 50_000_000)]),
    codes: ['json.invalid'],
    says: /This line was not read, for it nests deeper than 500,000 levels/,
    unreadable: true,
    maxMegabytes: 700,
  },
  {
    name: 'values-of-60-mb',
    content: () =>
      around(Buffer.concat([Buffer.from('","x":['), filled('{},', 20_000_000), Buffer.from('{}],"y":"')])),
    codes: ['json.invalid'],
    says: /This line was not read, for it has more than 2,000,000 values/,
    unreadable: true,
    maxMegabytes: 700,
  },
  {
    name: 'lines-of-another-file',
    content: () => filled('x\n', 5_000_000),
    codes: ['file.unknown-dialect'],
    unreadable: true,
    maxMegabytes: 600,
  },
];

export const hostileInputs: readonly HostileInput[] = [
  ...shapes,
  ...encodings,
  ...values,
  ...sizes,
  ...excesses,
];
