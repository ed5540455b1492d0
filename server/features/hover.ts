// What stands under the pointer: the figures of a request on its custom_id, the model's card on its name.

import type { Hover, Position } from 'vscode-languageserver/node';
import { locate, type Span } from '#core';
import type { DocumentSession } from '../documentSession.ts';
import { explainEstimate } from './explainEstimate.ts';
import { modelCard } from './modelCard.ts';

export function hover(session: DocumentSession, position: Position, today: string): Hover | null {
  const { document, dialect } = session;
  const { line, column } = document.fromClient(position);
  const facts = document.file.factsOf(line);
  const { estimate } = document.lines[line] ?? {};
  if (facts?.kind !== 'request') return null;
  const text = document.jsonOf(line);
  const under = (path: readonly string[]): Span | null => {
    const found = locate(text, path);
    if (found === null) return null;
    const start = found.key?.start ?? found.value.start;
    return column >= start && column <= found.value.end ? { start, end: found.value.end } : null;
  };
  const card = (span: Span, value: string): Hover => ({
    contents: { kind: 'markdown', value },
    range: document.toClientRange({ line, start: span.start, endLine: line, end: span.end }),
  });
  const id = under([dialect.idField]);
  if (id !== null && estimate) return card(id, explainEstimate(estimate));
  const model = facts.model === null ? null : under([dialect.bodyField, 'model']);
  return model !== null && facts.model !== null
    ? card(model, modelCard(facts.model, dialect.provider, today, session.checking.config))
    : null;
}
