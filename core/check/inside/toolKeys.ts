// Does a request carry the key of a tool's server? It may have to, but whoever has the file has the key.
import { isObject, listMember, member, textMember } from '../../json/members.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import { at, type Finding } from '../finding.ts';
import { placeName } from './schemaRule.ts';
import { entropyOf } from './secretKinds.ts';

const mostFindings = 10;

export const checkToolKeys: BodyRule = ({ body }) => {
  if (body.tools === undefined && body.mcp_servers === undefined) return none;
  const findings: Finding[] = [];
  for (const path of keyPaths(body)) {
    const message = `${placeName(path)} holds a key of the tool's server in plain text: whoever has this file, or its results, can use it; give it one that ends soon.`;
    findings.push({ code: 'security.secret', severity: 'info', where: at(path), message });
    if (findings.length >= mostFindings) break;
  }
  return findings;
};

const none: readonly Finding[] = [];

function* keyPaths(body: BodyUse['body']): Generator<readonly string[]> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    if (textMember(tool, 'type') !== 'mcp') continue;
    const path = ['tools', String(index)];
    if (isKey(member(tool, 'authorization'))) yield [...path, 'authorization'];
    const headers = member(tool, 'headers');
    if (!isObject(headers)) continue;
    for (const name of Object.keys(headers)) {
      if (keyHeader.test(name) && isKey(headers[name])) yield [...path, 'headers', name];
    }
  }
  for (const [index, server] of listMember(body, 'mcp_servers').entries()) {
    const path = ['mcp_servers', String(index), 'authorization_token'];
    if (isKey(member(server, 'authorization_token'))) yield path;
  }
}

const keyHeader =
  /^(?:authorization|proxy-authorization|cookie|.*(?:api|access|auth|secret).?(?:key|token))$/i;

/** No placeholder, nor the name of a variable that something fills in later. */
function isKey(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 10_000) return false;
  const token = value.replace(/^(?:bearer|basic|token)\s+/i, '').trim();
  if (token.length < 12 || /[<>{}$]|xxx|your|example|placeholder|token.?here/i.test(token)) return false;
  return /\d/.test(token) && entropyOf(token) >= 3;
}
