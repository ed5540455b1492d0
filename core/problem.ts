// What can be wrong with a batch file: the problem codes of the public contract, with their default severity and scope.
import type { Fix } from './fix/fix.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** What the provider would do: refuse the whole file, or lose this row only. */
export type Scope = 'file' | 'row';

export interface CodeFacts {
  readonly severity: Severity;
  readonly scope: Scope;
}

const fileError: CodeFacts = { severity: 'error', scope: 'file' };
const fileWarning: CodeFacts = { severity: 'warning', scope: 'file' };
const rowError: CodeFacts = { severity: 'error', scope: 'row' };
const rowWarning: CodeFacts = { severity: 'warning', scope: 'row' };
const rowInfo: CodeFacts = { severity: 'info', scope: 'row' };
const rowHint: CodeFacts = { severity: 'hint', scope: 'row' };

/** Every stable code; a check may only report codes of this table. */
export const problemCodes = {
  'file.unknown-dialect': fileError,
  'file.empty': fileError,
  'file.too-many-requests': fileError,
  'file.too-large': fileError,
  'file.extension': fileError,
  'file.mixed-dialects': fileError,
  'file.encoding': fileError,
  'file.bom': fileError,
  'line.blank': fileWarning,
  'line.too-long': fileWarning,
  'json.invalid': fileError,
  'json.array-file': fileError,
  'json.multiline': fileError,
  'json.not-object': fileError,
  'json.duplicate-key': rowWarning,
  'json.lone-surrogate': rowWarning,
  'json.big-integer': rowWarning,
  'id.missing': fileError,
  'id.type': fileError,
  'id.empty': fileError,
  'id.duplicate': fileError,
  'id.pattern': rowWarning,
  'id.too-long': rowWarning,
  'request.missing-field': fileError,
  'request.unknown-field': rowHint,
  'request.method': fileError,
  'request.url': fileError,
  'request.url-mixed': fileError,
  'request.url-retired': rowWarning,
  'body.missing-field': rowError,
  'body.type': rowError,
  'body.value': rowError,
  'body.range': rowError,
  'body.unknown-field': rowError,
  'body.wrong-endpoint': rowError,
  'body.not-in-batch': fileError,
  'body.deprecated': rowHint,
  'body.conflict': rowError,
  'model.unknown': rowInfo,
  'model.mixed': fileError,
  'model.retired': rowError,
  'model.retiring': rowWarning,
  'model.no-batch': rowWarning,
  'model.endpoint': rowWarning,
  'model.parameter': rowWarning,
  'tokens.context': rowWarning,
  'tokens.output': rowWarning,
  'tokens.queue': fileWarning,
  'tokens.embedding-inputs': fileError,
  'schema.strict': rowError,
  'schema.json-word': rowError,
  'tools.name': rowError,
  'tools.unmatched-call': rowError,
  'image.expiring-url': rowWarning,
  'pack.too-many': rowWarning,
  'security.secret': rowWarning,
} as const satisfies Record<string, CodeFacts>;

export type ProblemCode = keyof typeof problemCodes;

/** What a file's bytes have and its decoded text no longer shows: no edit of the text mends it. */
export const byteCodes: readonly ProblemCode[] = ['file.bom', 'file.encoding'];

/** A place in a file: 0-based line, 0-based UTF-16 columns, end exclusive. */
export interface Place {
  readonly line: number;
  readonly start: number;
  readonly endLine: number;
  readonly end: number;
}

export interface RelatedPlace extends Place {
  readonly message: string;
}

export interface Problem extends Place {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly scope: Scope;
  /** One sentence for a person: what is wrong and what to write instead. */
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  /** The likeliest first; empty where only a person can say what was meant. */
  readonly fixes: readonly Fix[];
}

/** `llmBatch.severity`: codes whose default severity a person changed. */
export type SeverityOverrides = { readonly [code in ProblemCode]?: Severity | 'off' };

/** 0 is the worst; for sorting and for the lowest severity shown. */
export const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };
