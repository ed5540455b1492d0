// Tokens and price of each request, right after its id: the end of a batch line is off the screen.

import type { InlayHint, Range } from 'vscode-languageserver/node';
import { approximate, formatTokens, formatUsd, type LineEstimate, locate } from '#core';
import type { DocumentSession } from '../documentSession.ts';
import { explainEstimate } from './explainEstimate.ts';

export function inlayHints(session: DocumentSession, range: Range): InlayHint[] {
  const hints: InlayHint[] = [];
  const { document, dialect } = session;
  const last = document.fromClient(range.end).line;
  for (let { line } = document.fromClient(range.start); line <= last; line++) {
    const { estimate } = document.lines[line] ?? {};
    if (!estimate || document.file.factsOf(line)?.kind !== 'request') continue;
    const place = locate(document.jsonOf(line), [dialect.idField])?.value;
    if (place === undefined) continue;
    hints.push({
      position: document.toClient(line, place.end),
      label: label(estimate),
      paddingLeft: true,
      tooltip: { kind: 'markdown', value: explainEstimate(estimate) },
    });
  }
  return hints;
}

function label(estimate: LineEstimate): string {
  const tokens =
    estimate.inputTokens === null
      ? '? tok'
      : `${approximate(estimate.inputMethod)}${formatTokens(estimate.inputTokens)} tok`;
  const price = estimate.batchUsd.input === null ? '$?' : formatUsd(estimate.batchUsd.input);
  return `${tokens} ${price}`;
}
