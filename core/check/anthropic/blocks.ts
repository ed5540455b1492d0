// All blocks of a request, each with its place: those of messages, and those within results, documents and findings.

import { isObject, type JsonObject, listMember, member, textMember } from '../../json/members.ts';

export interface PlacedBlock {
  readonly block: JsonObject;
  readonly type: string | null;
  readonly path: readonly string[];
  /** Of the message; `system` also for those of the top-level field. */
  readonly role: string | null;
  /** The type of the block that it is in; null: it stands in a message, or in `system`. */
  readonly within: string | null;
}

/** In the order in which the provider reads them. */
export function systemAndMessageBlocks(body: JsonObject): readonly PlacedBlock[] {
  const blocks: PlacedBlock[] = [];
  addBlocks(blocks, body.system, ['system'], { role: 'system', within: null });
  for (const [index, message] of listMember(body, 'messages').entries()) {
    const content = member(message, 'content');
    // Most are texts.
    if (!Array.isArray(content)) continue;
    const path = ['messages', String(index), 'content'];
    addBlocks(blocks, content, path, { role: textMember(message, 'role'), within: null });
  }
  return blocks;
}

function addBlocks(
  blocks: PlacedBlock[],
  list: unknown,
  path: readonly string[],
  { role, within }: Pick<PlacedBlock, 'role' | 'within'>,
): void {
  if (!Array.isArray(list)) return;
  for (const [index, block] of list.entries()) {
    if (!isObject(block)) continue;
    const here = [...path, String(index)];
    const type = textMember(block, 'type');
    blocks.push({ block, type, path: here, role, within });
    if (within === 'document' || within === 'search_result') continue;
    // A result may hold documents and findings; nothing holds more.
    if (type === 'tool_result' || type === 'search_result') {
      addBlocks(blocks, block.content, [...here, 'content'], { role, within: type });
    } else if (type === 'document') {
      const content = member(block.source, 'content');
      addBlocks(blocks, content, [...here, 'source', 'content'], { role, within: type });
    }
  }
}
