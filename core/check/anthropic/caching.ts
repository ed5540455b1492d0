// Are the marks for the prompt cache few enough, and in order? (Prompt caching page, and the errors that others quote.)
import { removing } from '../../fix/fix.ts';
import { isObject, type JsonObject, listMember, member } from '../../json/members.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { systemAndMessageBlocks } from './blocks.ts';
import type { ClaudeRule } from './claude.ts';

interface Mark {
  readonly path: readonly string[];
  readonly ttl: '5m' | '1h';
}

const mostMarks = 4;

export const checkCaching: ClaudeRule = ({ body }) => {
  const marks = [...marksOf(body)];
  return [...checkCount(marks, body), ...checkOrder(marks)];
};

/** As the provider reads them: tools, system, messages. */
function* marksOf(body: JsonObject): Generator<Mark> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    yield* markOf(tool, ['tools', String(index)]);
  }
  for (const { block, path } of systemAndMessageBlocks(body)) yield* markOf(block, path);
}

function* markOf(marked: unknown, path: readonly string[]): Generator<Mark> {
  const control = member(marked, 'cache_control');
  if (!isObject(control)) return;
  yield { path: [...path, 'cache_control'], ttl: control.ttl === '1h' ? '1h' : '5m' };
}

/** "A maximum of 4 blocks with cache_control may be provided. Found 5." */
function checkCount(marks: readonly Mark[], body: JsonObject): Finding[] {
  const fifth = marks[mostMarks];
  if (fifth !== undefined) {
    const message = `The request has ${marks.length} cache_control marks; at most ${mostMarks} are taken. Keep those that end the longest shared openings.`;
    return [{ code: 'body.range', where: at(fifth.path, 'key'), message, fixes: [removing(fifth.path)] }];
  }
  if (marks.length < mostMarks || !isObject(body.cache_control)) return [];
  const message = `The top-level cache_control adds a mark of its own to the ${mostMarks} that blocks have, and ${mostMarks} are the most; remove one.`;
  const where = at(['cache_control'], 'key');
  return [{ code: 'body.range', severity: 'warning', where, message, fixes: [removing(['cache_control'])] }];
}

/** "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block". */
function checkOrder(marks: readonly Mark[]): Finding[] {
  const short = marks.findIndex(({ ttl }) => ttl === '5m');
  const long = marks.find(({ ttl }, index) => short !== -1 && index > short && ttl === '1h');
  const before = marks[short];
  if (long === undefined || before === undefined) return [];
  const place = nameOf(before.path.slice(0, -1));
  const message = `A mark with ttl "1h" must not come after one of 5 minutes, which ${place} has; make that one "1h" too.`;
  return [{ code: 'body.conflict', where: at([...long.path, 'ttl']), message }];
}
