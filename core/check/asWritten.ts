// Findings of a body that was read as protocol buffers read it, in the names that stand in the line; and what its spelling is worth saying.
import { deepestMessage } from '../dialects/protoJson.ts';
import { nameAsWritten, type Written, writtenPath } from '../dialects/protoWritten.ts';
import { formatCount } from '../figures.ts';
import type { Fix, FixChange } from '../fix/fix.ts';
import { nameOf } from './bodyWords.ts';
import { at, type Finding } from './finding.ts';

/** Places, changes and the words for them, from the one form to the line's own. */
export function asWritten(finding: Finding, written: Written): Finding {
  const { where, fixes, message } = finding;
  return {
    ...finding,
    where: where.kind === 'path' ? { ...where, path: writtenPath(written, where.path) } : where,
    message: inStyle(message, written),
    ...(fixes === undefined ? {} : { fixes: fixes.map((fix) => fixAsWritten(fix, written)) }),
  };
}

/** Words that are fields, in the style of the body. */
function inStyle(text: string, written: Written): string {
  if (written.snake.size + written.strays === 0) return text;
  return text.replaceAll(/\b[a-z][a-z\d]*(?:[A-Z][a-z\d]*)+\b/g, (word) => nameAsWritten(written, word));
}

function fixAsWritten({ title, change, safe }: Fix, written: Written): Fix {
  return { title: inStyle(title, written), change: changeAsWritten(change, written), safe };
}

function changeAsWritten(change: FixChange, written: Written): FixChange {
  if (!('path' in change)) return change;
  const path = writtenPath(written, change.path);
  switch (change.kind) {
    case 'renameKey':
    case 'insertMember':
      return { ...change, path, name: nameAsWritten(written, change.name) };
    case 'moveMember':
      return { ...change, path, into: nameAsWritten(written, change.into) };
    default:
      return { ...change, path };
  }
}

/** What is doubtful in how a body is written; paths are the line's own. */
export function checkSpelling({
  snake,
  camel,
  twice,
  otherCase,
  tooDeep,
  shape,
}: Written): readonly Finding[] {
  if (snake.size === 0 && otherCase.length === 0 && tooDeep === null) return none;
  const findings: Finding[] = [];
  for (const path of twice) {
    const name = String(path.at(-1));
    const message = `${name} is in this object under its other name, too; which of them counts is not certain, keep one.`;
    findings.push({ code: 'body.conflict', severity: 'warning', where: at(path, 'key'), message });
  }
  for (const { path, value } of otherCase) {
    const json = JSON.stringify(value);
    // Google's own guide to function calling has the types of schemas in small letters (2026-08).
    const isType = path.at(-1) === 'type';
    const doubt = isType
      ? 'some of its pages have small letters, but none says that a batch takes them'
      : 'whether a batch takes other letters is not documented';
    const message = `Google writes this name ${json}; ${doubt}. Write ${json}.`;
    const change = { kind: 'replaceValue', path, json } as const;
    const fixes = [{ title: `Write ${json}`, change, safe: true }];
    findings.push({
      code: 'body.value',
      severity: isType ? 'hint' : 'warning',
      where: at(path),
      message,
      fixes,
    });
  }
  if (tooDeep !== null) {
    const message = `${nameOf(tooDeep.slice(0, 3).map(String))} nests deeper than ${formatCount(deepestMessage)} levels, where Google's readers of JSON stop; flatten it.`;
    findings.push({ code: 'body.range', where: at(tooDeep.slice(0, 3), 'owner'), message });
  }
  const mixed = twice.length === 0 ? mixedStyles({ snake, camel }) : null;
  if (mixed !== null) {
    const others = mixed.style === 'snake_case' ? 'camelCase' : 'snake_case';
    const message = `${String(mixed.path.at(-1))} is in ${mixed.style}, where most names of this request are in ${others}; Gemini takes both, but keep to one.`;
    const name = otherStyle(String(mixed.path.at(-1)), shape.snakeNames);
    const change = { kind: 'renameKey', path: mixed.path, name } as const;
    const fixes = [{ title: `Rename to "${name}"`, change, safe: false }];
    findings.push({ code: 'body.conflict', severity: 'hint', where: at(mixed.path, 'key'), message, fixes });
  }
  return findings;
}

const none: readonly Finding[] = [];

/** The first name in the style that fewer names have; of as many, snake_case is the odd one. */
function mixedStyles({ snake, camel }: Pick<Written, 'snake' | 'camel'>) {
  if (snake.size === 0 || camel.size === 0) return null;
  const [style, names] =
    camel.size < snake.size ? (['camelCase', camel] as const) : (['snake_case', snake] as const);
  const path = names.values().next().value;
  return path === undefined ? null : { style, path };
}

function otherStyle(name: string, snakeNames: ReadonlyMap<string, string>): string {
  const snake = snakeNames.get(name);
  if (snake !== undefined) return snake;
  return name.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
