// Tokens and price of each request, right after its custom_id: the end of a batch line is off the screen.

import type { InlayHint, Range } from 'vscode-languageserver/node';
import { approximate, formatTokens, formatUsd, type LineEstimate, locate } from '#core';
import type { DocumentSession } from '../documentSession.ts';
import { explainEstimate } from './explainEstimate.ts';

export function inlayHints(session: DocumentSession, range: Range): InlayHint[] {
  const hints: InlayHint[] = [];
  const { document } = session;
  const last = Math.min(range.end.line, document.lines.length - 1);
  for (let line = Math.max(0, range.start.line); line <= last; line++) {
    const { text, estimate } = document.lines[line] ?? {};
    if (!text || !estimate || document.file.factsOf(line)?.kind !== 'request') continue;
    const place = locate(text, ['custom_id'])?.value;
    if (place === undefined) continue;
    hints.push({
      position: { line, character: place.end },
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
