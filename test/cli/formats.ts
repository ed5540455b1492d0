// Is what a command prints with --format the document that its schema describes? Asked of every run of every test.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Outcome } from './command.ts';

const schemas = new URL('../../schemas/cli/', import.meta.url);
const sarifSchema = new URL('../fixtures/sarif/sarif-2.1.0-rtm.5.json', import.meta.url);

let ours: Ajv2020 | null = null;
let sarif: ValidateFunction | null = null;

/** References between the schemas are relative, as an editor resolves them. */
function ourSchemas(): Ajv2020 {
  if (ours !== null) return ours;
  ours = new Ajv2020({ allErrors: true, allowUnionTypes: true, validateFormats: false });
  for (const name of readdirSync(schemas)) {
    ours.addSchema(JSON.parse(readFileSync(new URL(name, schemas), 'utf8')), name);
  }
  return ours;
}

/** Written for draft 4, whose words it uses as later drafts do; only its name is spelt otherwise. */
function sarifValidator(): ValidateFunction {
  if (sarif !== null) return sarif;
  const { $schema: _, id, ...schema } = JSON.parse(readFileSync(sarifSchema, 'utf8'));
  sarif = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: false }).compile({
    $id: id,
    ...schema,
  });
  return sarif;
}

export function assertValidSarif(log: unknown): void {
  const validate = sarifValidator();
  assert.ok(validate(log), JSON.stringify(validate.errors, null, 1));
}

/** @param name of a schema, without its ending. */
export function assertValidJson(name: string, document: unknown): void {
  const validate = ourSchemas().getSchema(`${name}.json`);
  assert.ok(validate, `there is no schemas/cli/${name}.json`);
  assert.ok(validate(document), `${name}: ${JSON.stringify(validate.errors, null, 1)}`);
}

export function assertFormat(args: readonly string[], { code, stdout }: Outcome): void {
  const at = args.findIndex((arg) => /^--format(=|$)/.test(arg));
  const format = args[at]?.split('=')[1] ?? args[at + 1];
  if (at < 0 || code === null || args.includes('--help')) return;
  if (format === 'sarif' && stdout !== '') assertValidSarif(JSON.parse(stdout));
  if (format !== 'json') return;
  const document = JSON.parse(stdout) as object;
  const verb = args[0] ?? '';
  const isVerb = readdirSync(schemas).includes(`${verb}.json`);
  assertValidJson(isVerb ? verb : 'error', document);
  const couldNotRun = code === 2 || code === 130;
  assert.equal('error' in document, couldNotRun, `exit status ${code}: ${stdout}`);
}
