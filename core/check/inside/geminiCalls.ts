// Gemini: the turn after the model's calls has as many responses, to functions of the same names. What it answers else varies: warnings.
import { isObject, listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import type { Finding } from '../finding.ts';
import { CallFindings } from './callFindings.ts';
import { namesList } from './lists.ts';

interface Turn {
  readonly isModel: boolean;
  readonly path: JsonPath;
  /** Of functions called, in the model's turns; of functions answered, in the others. */
  readonly names: { readonly name: string; readonly path: JsonPath }[];
}

export function geminiCalls({ body }: BodyUse): readonly Finding[] {
  const found = new CallFindings('warning');
  const turns = turnsOf(listMember(body, 'contents'));
  for (const [index, turn] of turns.entries()) {
    if (turn.isModel) {
      if (turn.names.length > 0) checkCount(turn, turns[index + 1], found);
    } else checkNames(turn, turns[index - 1], found);
  }
  return found.findings;
}

function turnsOf(contents: readonly unknown[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, content] of contents.entries()) {
    const isModel = textMember(content, 'role') === 'model';
    const path = ['contents', String(index)];
    const last = turns.at(-1);
    const turn = last?.isModel === isModel ? last : { isModel, path, names: [] };
    if (turn !== last) turns.push(turn);
    const field = isModel ? 'functionCall' : 'functionResponse';
    for (const [at, part] of listMember(content, 'parts').entries()) {
      const found = member(part, field);
      if (!isObject(found)) continue;
      const here = [...path, 'parts', String(at), field];
      const name = textMember(found, 'name');
      if (name !== null) turn.names.push({ name, path: [...here, 'name'] });
    }
  }
  return turns;
}

/** "the number of function response parts is equal to the number of function call parts of the function call turn". */
function checkCount(calls: Turn, answers: Turn | undefined, found: CallFindings): void {
  const given = answers?.names.length ?? 0;
  // More responses are said where they stand.
  if (given >= calls.names.length) return;
  const answered = new Map<string, number>();
  for (const { name } of answers?.names ?? []) answered.set(name, (answered.get(name) ?? 0) + 1);
  const first = calls.names.find(({ name }) => {
    const left = answered.get(name) ?? 0;
    answered.set(name, left - 1);
    return left <= 0;
  });
  if (first === undefined) return;
  const says = `${namesList([first.name])} is called, but the turn after it has ${given === 0 ? 'no functionResponse' : 'fewer functionResponse parts than calls'}, which Gemini has refused; add one for each call.`;
  found.add(first.path, says);
}

function checkNames(answers: Turn, calls: Turn | undefined, found: CallFindings): void {
  const left = new Map<string, number>();
  for (const { name } of calls?.names ?? []) left.set(name, (left.get(name) ?? 0) + 1);
  for (const { name, path } of answers.names) {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    if (count > 0 || found.isFull) continue;
    const says =
      calls?.names.every((call) => call.name !== name) !== false
        ? `${namesList([name])} was not called in the turn before: a functionResponse answers a functionCall of its name.`
        : `${namesList([name])} is answered more often than the turn before calls it; each functionCall has one functionResponse of its name.`;
    found.add(path, says);
  }
}
