// What does `doctor` answer? One section for each thing that is looked at, with a verdict, a sentence, and what to do.
import { printable } from './printable.ts';
import type { Paint } from './terminal.ts';
import { wrapped } from './words.ts';

/** `none`: it is not there and need not be. `missing`: it is not there and is needed. */
export type Verdict = 'ok' | 'none' | 'missing' | 'problem';

export interface Section {
  readonly status: Verdict;
  readonly message: string;
  /** What to do; null when there is nothing to do. */
  readonly next: string | null;
}

/** The JSON of `doctor`; schemas/cli/doctor.json describes its fields. */
export interface DoctorReport {
  /** One could submit now, and nothing is wrong. */
  readonly ready: boolean;
  readonly version: Section & {
    readonly llm_batch: string;
    readonly node: string;
    readonly platform: string;
  };
  readonly key: Section & {
    /** Null where the account has no key of its own. */
    readonly variable: string | null;
    readonly present: boolean;
    readonly needed: boolean;
    /** Null when the provider was not asked or did not say. */
    readonly accepted: boolean | null;
  };
  /** Of all providers: for counting tokens, too. */
  readonly keys: Section & {
    readonly providers: readonly {
      readonly provider: string;
      readonly variable: string;
      readonly present: boolean;
      /** Null where each customer has another. */
      readonly base_url: string | null;
      readonly base_url_from: string;
    }[];
  };
  /** A person's own settings, with the profiles that can be named. */
  readonly settings: Section & {
    readonly path: string;
    readonly profiles: readonly {
      readonly name: string;
      readonly provider: string;
      readonly base_url: string;
      readonly variable: string | null;
      readonly present: boolean;
    }[];
  };
  readonly provider: Section & {
    readonly base_url: string | null;
    /** `--base-url`, `profile`, `default`, `simulator`, or the variable that names it. */
    readonly base_url_from: string | null;
    readonly reachable: boolean | null;
    readonly http_status: number | null;
    readonly elapsed_ms: number | null;
  };
  readonly clock: Section & { readonly ahead_seconds: number | null };
  readonly proxy: Section & { readonly variables: readonly string[] };
  readonly certificates: Section & { readonly extra_ca_file: string | null };
  readonly state: Section & {
    readonly folder: string;
    readonly folder_from: 'LLM_BATCH_HOME' | 'platform';
    readonly writable: boolean;
    readonly jobs: number;
    readonly open_jobs: number;
    readonly locked_jobs: number;
    readonly unreadable: readonly string[];
    readonly leftovers: readonly string[];
  };
  readonly project: Section & { readonly path: string | null };
  readonly simulator: Section & { readonly url: string | null; readonly running: boolean };
}

export function fine(message: string): Section {
  return { status: 'ok', message, next: null };
}

export function absent(message: string): Section {
  return { status: 'none', message, next: null };
}

export function wrong(message: string, next: string | null): Section {
  return { status: 'problem', message, next };
}

const colours = { ok: 'green', none: 'dim', missing: 'red', problem: 'red' } as const;

/** Lines for a person, without their ends. @param columns of the screen, null where there is none to fit. */
export function doctorLines(report: DoctorReport, columns: number | null, paint: Paint): string[] {
  const sections = Object.entries(report).filter((entry): entry is [string, Section] => entry[0] !== 'ready');
  const nameWidth = Math.max(...sections.map(([name]) => name.length));
  const indent = ' '.repeat(nameWidth + 11);
  const fit = (text: string): string[] =>
    columns === null ? [text] : wrapped(text, columns - indent.length).split('\n');
  const lines = sections.flatMap(([name, { status, message, next }]) => {
    const [first, ...rest] = fit(printable(message));
    const head = `${name.padEnd(nameWidth)}  ${paint(colours[status], status.padEnd(7))}  ${first}`;
    return [head, ...[...rest, ...(next === null ? [] : fit(printable(next)))].map((line) => indent + line)];
  });
  return [
    ...lines,
    '',
    ending(
      sections.map(([, section]) => section),
      paint,
    ),
  ];
}

function ending(sections: readonly Section[], paint: Paint): string {
  const wrong = sections.filter(isWrong).length;
  if (wrong === 0) return paint('green', 'Ready to submit.');
  return paint('red', wrong === 1 ? 'One thing to put right first.' : `${wrong} things to put right first.`);
}

export function isWrong({ status }: Section): boolean {
  return status === 'missing' || status === 'problem';
}
