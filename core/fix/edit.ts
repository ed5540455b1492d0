// The smallest edit of one line that makes a change: nothing outside its place moves.
import { type JsonPath, keyEquals, locate, type Member, membersAt, type Span } from '../json/skim.ts';
import type { FixChange } from './fix.ts';

/** UTF-16 columns in the line, end exclusive. */
export interface LineEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * @param text a line that JSON.parse accepts.
 * @returns null where the change does not apply (any more), and for changes that need more than the line.
 */
export function lineEdit(text: string, change: FixChange): LineEdit | null {
  switch (change.kind) {
    case 'replaceValue':
      return replaceValue(text, change.path, change.json);
    case 'quoteValue':
      return quoteValue(text, change.path);
    case 'renameKey':
      return renameKey(text, change.path, change.name);
    case 'removeMember':
      return removeMember(text, change.path);
    case 'moveMember':
      return moveMember(text, change.path, change.into);
    case 'wrapValue':
      return wrapValue(text, change);
    case 'insertMember':
      return insertMember(text, change);
    default:
      return null;
  }
}

/** The text after the edit. */
export function applyEdit(text: string, { start, end, text: added }: LineEdit): string {
  return text.slice(0, start) + added + text.slice(end);
}

function replaceValue(text: string, path: JsonPath, json: string): LineEdit | null {
  const found = locate(text, path);
  if (found === null) return null;
  const { start, end } = found.value;
  return text.slice(start, end) === json ? null : { start, end, text: json };
}

function quoteValue(text: string, path: JsonPath): LineEdit | null {
  const found = locate(text, path);
  if (found === null) return null;
  const { start, end } = found.value;
  const token = text.slice(start, end);
  return /^[-\d]/.test(token) ? { start, end, text: `"${token}"` } : null;
}

function renameKey(text: string, path: JsonPath, name: string): LineEdit | null {
  const place = findMember(text, path);
  if (place === null || place.members.some(({ key }) => keyEquals(text, key, name))) return null;
  const { start, end } = place.member.key;
  return { start, end, text: JSON.stringify(name) };
}

/** With the space up to the next member, or from the one before: what stays looks as if it had never been there. */
function removeMember(text: string, path: JsonPath): LineEdit | null {
  const place = findMember(text, path);
  if (place === null) return null;
  const { members, index, member } = place;
  const next = members[index + 1];
  const before = members[index - 1];
  if (next !== undefined) return { start: member.key.start, end: next.key.start, text: '' };
  if (before !== undefined) return { start: before.value.end, end: member.value.end, text: '' };
  return { start: place.object.start + 1, end: place.object.end - 1, text: '' };
}

interface MemberPlace {
  readonly object: Span;
  readonly members: readonly Member[];
  readonly index: number;
  readonly member: Member;
}

/** Null also where the name is in its object more than once: it is not certain which of them a reader takes. */
function findMember(text: string, path: JsonPath): MemberPlace | null {
  const name = String(path.at(-1));
  const object = objectAt(text, path.slice(0, -1));
  if (object === null) return null;
  const members = membersAt(text, object.start);
  const index = members.findIndex(({ key }) => keyEquals(text, key, name));
  const member = members[index];
  if (member === undefined) return null;
  const isTwice = members.some(({ key }, at) => at > index && keyEquals(text, key, name));
  return isTwice ? null : { object, members, index, member };
}

function objectAt(text: string, path: JsonPath): Span | null {
  const value = locate(text, path)?.value;
  return value === undefined || text[value.start] !== '{' ? null : value;
}

/** One edit from where the member stands to where it goes; what is between them stays. */
function moveMember(text: string, path: JsonPath, into: string): LineEdit | null {
  const place = findMember(text, path);
  if (place === null) return null;
  const { start, end } = { start: place.member.key.start, end: place.member.value.end };
  const same = place.members.filter(({ key }) => keyEquals(text, key, into));
  if (same.length > 1 || same[0] === place.member) return null;
  if (same[0] === undefined) {
    const colon = text.slice(place.member.key.end, place.member.value.start);
    return { start, end, text: `${JSON.stringify(into)}${colon}{${text.slice(start, end)}}` };
  }
  const name = String(path.at(-1));
  const json = text.slice(place.member.value.start, end);
  const gone = removeMember(text, path);
  const come = insertMember(text, { kind: 'insertMember', path: [...path.slice(0, -1), into], name, json });
  if (gone === null || come === null) return null;
  return come.start >= gone.end
    ? { start: gone.start, end: come.end, text: text.slice(gone.end, come.start) + come.text }
    : { start: come.start, end: gone.end, text: come.text + text.slice(come.end, gone.start) };
}

function wrapValue(
  text: string,
  { path, before, after }: Extract<FixChange, { kind: 'wrapValue' }>,
): LineEdit | null {
  const found = locate(text, path);
  if (found === null) return null;
  const { start, end } = found.value;
  return { start, end, text: before + text.slice(start, end) + after };
}

/** How a person expects to find a request. */
const usualOrder = ['custom_id', 'key', 'method', 'url', 'body', 'params', 'request'];

function insertMember(
  text: string,
  { path, name, json }: Extract<FixChange, { kind: 'insertMember' }>,
): LineEdit | null {
  const object = objectAt(text, path);
  if (object === null) return null;
  const members = membersAt(text, object.start);
  if (members.some(({ key }) => keyEquals(text, key, name))) return null;
  const { colon, comma } = styleOf(text, members);
  const added = `${JSON.stringify(name)}${colon}${json}`;
  const first = members[0];
  if (first === undefined) return insertion(object.start + 1, added);
  const before = memberBefore(text, members, path.length === 0 ? name : null);
  return before === undefined
    ? insertion(first.key.start, added + comma)
    : insertion(before.value.end, comma + added);
}

function insertion(at: number, text: string): LineEdit {
  return { start: at, end: at, text };
}

/** The member after which a new one goes; undefined: it goes first. */
function memberBefore(text: string, members: readonly Member[], name: string | null): Member | undefined {
  const rank = name === null ? -1 : usualOrder.indexOf(name);
  if (rank === -1) return members.at(-1);
  const earlier = usualOrder.slice(0, rank);
  return members.findLast(({ key }) => earlier.some((one) => keyEquals(text, key, one)));
}

/** The commas and colons of the members that are there, with their spaces. */
function styleOf(
  text: string,
  [first, second]: readonly Member[],
): {
  readonly colon: string;
  readonly comma: string;
} {
  if (first === undefined) return { colon: ':', comma: ',' };
  const colon = text.slice(first.key.end, first.value.start);
  const comma = second === undefined ? '' : text.slice(first.value.end, second.key.start);
  return {
    colon: /^ ?: ?$/.test(colon) ? colon : ':',
    comma: /^, ?$/.test(comma) ? comma : colon === ': ' ? ', ' : ',',
  };
}
