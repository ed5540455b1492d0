// May a tool be called that, and does another have its name?
import { type Fix, writing } from '../../fix/fix.ts';
import type { Severity } from '../../problem.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import { at, type Finding } from '../finding.ts';
import { namesList } from './lists.ts';
import { placeName } from './schemaRule.ts';
import { type NamedTool, namedTools } from './toolSites.ts';

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

export const checkToolNames: BodyRule = (use) => {
  const tools = namedTools(use);
  if (tools.length === 0) return none;
  const findings: Finding[] = [];
  for (const tool of tools) {
    const finding = checkName(tool, use);
    if (finding !== null && findings.length < mostFindings) findings.push(finding);
  }
  return tools.length < 2 ? findings : [...findings, ...checkUnique(tools, use)];
};

const none: readonly Finding[] = [];

interface NameRule {
  readonly pattern: RegExp;
  readonly words: string;
  readonly length: { readonly usual: number; readonly most: number };
}

/** Guides (2026-08); that of OpenAI's functions is in their schemas. */
const claudeRule: NameRule = {
  pattern: /^[\w-]+$/,
  words: 'letters, digits, "_" and "-"',
  // Its guide says 64, its API reference 128.
  length: { usual: 64, most: 128 },
};
const openaiRule: NameRule = { ...claudeRule, length: { usual: 64, most: 128 } };
const geminiRule: NameRule = {
  pattern: /^[a-zA-Z_][\w.:-]*$/,
  words: 'letters, digits, "_", ".", ":" and "-", the first a letter or "_"',
  // "with a maximum length of 64" until 2025, 128 by its SDK (3.1).
  length: { usual: 64, most: 128 },
};

function checkName({ name, path, kind }: NamedTool, { dialect, endpoint }: BodyUse): Finding | null {
  if (kind === 'provided' || name === '') return null;
  const isOpenai = dialect.form === 'openai' || dialect.form === 'body';
  if (isOpenai && kind === 'function' && endpoint?.schema !== 'openai/responses') return null;
  const rule = isOpenai ? openaiRule : dialect.form === 'keyed' ? geminiRule : claudeRule;
  const where = at(path);
  const { usual, most } = rule.length;
  // Of custom tools nothing is published; of functions, the schema of responses says the characters and the most.
  const isPublished = !isOpenai;
  const isCovered = isOpenai && kind === 'function';
  const severity: Severity = isPublished ? dialect.certainty.values : 'warning';
  if (!isCovered && !rule.pattern.test(name)) {
    const message = `${placeName(path)} may only have ${rule.words}.`;
    return { code: 'tools.name', severity, where, message, fixes: renaming(name, path, rule) };
  }
  if (name.length <= usual || (isCovered && name.length > most)) return null;
  const isOver = name.length > most;
  const message = isOver
    ? `${placeName(path)} has ${name.length} characters; ${most} is the limit.`
    : `${placeName(path)} has ${name.length} characters; some of the provider's pages give ${usual} as the limit, and others ${most}. Keep to ${usual}.`;
  return { code: 'tools.name', severity: isOver ? severity : 'warning', where, message };
}

/** Offered only: calls in the messages, and programs, know the tool by its name. */
function renaming(name: string, path: NamedTool['path'], { pattern }: NameRule): readonly Fix[] {
  const plain = name.trim().replaceAll(/[^\w-]+/g, '_');
  if (plain === '' || !pattern.test(plain) || plain.length > 64) return [];
  return [writing(path, JSON.stringify(plain))];
}

/** "Tool names must be unique", as Anthropic answers (2025 and 2026); others are not known to refuse it. */
function checkUnique(tools: readonly NamedTool[], { dialect }: BodyUse): readonly Finding[] {
  const first = new Map<string, NamedTool>();
  const findings: Finding[] = [];
  for (const tool of tools) {
    const key = `${tool.group}\n${tool.name}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, tool);
    else if (findings.length < mostFindings) {
      const isKnown = dialect.form === 'params';
      const what = isKnown ? 'which is refused' : 'so a call of it says too little';
      const message = `${namesList([tool.name])} is the name of ${placeName(other.path.slice(0, -1))}, too, ${what}; give each tool a name of its own.`;
      findings.push({
        code: 'tools.name',
        severity: isKnown ? dialect.certainty.values : 'warning',
        where: at(tool.path),
        message,
      });
    }
  }
  return findings;
}
