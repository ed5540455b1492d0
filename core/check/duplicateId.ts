// What is said of a line whose custom_id other lines have too.
import { formatCount } from '../figures.ts';
import type { Fix } from '../fix/fix.ts';
import { clip } from './clip.ts';
import type { Collector, Detail } from './collector.ts';
import { at, type Finding } from './finding.ts';
import type { IdGroup } from './idGroups.ts';

/** What an id that several lines share comes to. */
export interface SharedId {
  /** For counting; which lines, and what mends this one, is worked out for those that are listed. */
  readonly finding: Finding;
  readonly consequence: string;
}

export function sharedId(content: 'requests' | 'results', idField: string): SharedId {
  const where = at([idField]);
  if (content === 'results') {
    const consequence = 'at most one of them is the answer to the request';
    const message = `Another result has the same id; ${consequence}.`;
    const finding: Finding = { code: 'id.duplicate', severity: 'warning', scope: 'row', where, message };
    return { finding, consequence };
  }
  const consequence = 'answers could not be told apart';
  const message = `Another line has the same id; ${consequence}.`;
  const unique: Fix = { title: 'Make this id unique', change: { kind: 'uniqueId' }, safe: true };
  return { finding: { code: 'id.duplicate', where, message, fixes: [unique] }, consequence };
}

/** Which other lines have the id too. */
export function duplicateWords(
  line: number,
  id: string,
  group: IdGroup,
  { finding, consequence }: SharedId,
  collector: Collector,
): Pick<Detail, 'message' | 'related'> {
  const other = line === group.first ? group.second : group.first;
  const more = group.size > 2 ? ` and ${formatCount(group.size - 2)} more` : '';
  const quoted = JSON.stringify(clip(id));
  return {
    message: `${quoted} is also on line ${formatCount(other + 1)}${more}; ${consequence}.`,
    related: [{ ...collector.placeOf(other, finding.where), message: 'The same id is here.' }],
  };
}
