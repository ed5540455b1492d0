// Which tools does a request give, under which names, and where do those stand?
import { listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';

export interface NamedTool {
  readonly name: string;
  readonly path: JsonPath;
  /** One's own function, one's own tool for free text, or one of the provider's, whose name is given. */
  readonly kind: 'function' | 'custom' | 'provided';
  /** Tools of one group must differ in name. */
  readonly group: string;
}

export function namedTools({ endpoint, body }: BodyUse): readonly NamedTool[] {
  if (body.tools === undefined && body.functions === undefined) return none;
  const name = endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return [...chatTools(body)];
  if (name.endsWith('/responses')) return [...responsesTools(body.tools, ['tools'], '')];
  if (name === 'anthropic/messages') return [...claudeTools(body)];
  return name === 'gemini/generate-content' ? [...geminiTools(body)] : [];
}

const none: readonly NamedTool[] = [];

function* chatTools(body: BodyUse['body']): Generator<NamedTool> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    for (const kind of ['function', 'custom'] as const) {
      const name = textMember(member(tool, kind), 'name');
      if (name !== null) yield { name, path: ['tools', String(index), kind, 'name'], kind, group: '' };
    }
  }
  for (const [index, one] of listMember(body, 'functions').entries()) {
    const name = textMember(one, 'name');
    const path = ['functions', String(index), 'name'];
    if (name !== null) yield { name, path, kind: 'function', group: 'functions' };
  }
}

function* responsesTools(tools: unknown, path: JsonPath, group: string): Generator<NamedTool> {
  if (!Array.isArray(tools)) return;
  for (const [index, tool] of tools.entries()) {
    const here = [...path, String(index)];
    const type = textMember(tool, 'type');
    const name = textMember(tool, 'name');
    if (name === null) continue;
    if (type === 'function' || type === 'custom') yield { name, path: [...here, 'name'], kind: type, group };
    if (type === 'namespace' && group === '') {
      yield* responsesTools(member(tool, 'tools'), [...here, 'tools'], `namespace ${name}`);
    }
  }
}

function* claudeTools(body: BodyUse['body']): Generator<NamedTool> {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    const name = textMember(tool, 'name');
    const type = member(tool, 'type') ?? 'custom';
    const kind = type === 'custom' ? 'function' : 'provided';
    if (name !== null) yield { name, path: ['tools', String(index), 'name'], kind, group: '' };
  }
}

function* geminiTools({ tools }: BodyUse['body']): Generator<NamedTool> {
  if (!Array.isArray(tools)) return;
  for (const [index, tool] of tools.entries()) {
    for (const [at, declaration] of listMember(tool, 'functionDeclarations').entries()) {
      const name = textMember(declaration, 'name');
      const path = ['tools', String(index), 'functionDeclarations', String(at), 'name'];
      if (name !== null) yield { name, path, kind: 'function', group: '' };
    }
  }
}
