// What works at the Messages API and not in a batch, and fields that refuse each other (batch processing page; SDK 1.12).

import { removing } from '../../fix/fix.ts';
import { hasMember, isObject, isPresent, listMember, member, textMember } from '../../json/members.ts';
import { at, type Finding } from '../finding.ts';
import { systemAndMessageBlocks } from './blocks.ts';
import type { ClaudeRule, ClaudeUse } from './claude.ts';
import { isBlank } from './turns.ts';

export const checkBatchOnly: ClaudeRule = (use) => [
  ...checkNotInBatch(use),
  ...checkGeo(use),
  ...checkPairs(use),
  ...checkCited(use),
  ...checkDomains(use),
  ...checkStops(use),
];

function checkNotInBatch({ body }: ClaudeUse): Finding[] {
  const findings: Finding[] = [];
  if (body.max_tokens === 0) {
    const message =
      'max_tokens 0 only fills the prompt cache, which does not work in a batch; write how long the answer may be.';
    findings.push({ code: 'body.not-in-batch', scope: 'row', where: at(['max_tokens']), message });
  }
  if (textMember(body.billing_policy, 'bill_to') === 'user_profile') {
    const message = 'billing_policy "user_profile" does not work in a batch; write "self", or remove it.';
    const where = at(['billing_policy', 'bill_to']);
    const fixes = [removing(['billing_policy'])];
    findings.push({ code: 'body.not-in-batch', scope: 'row', where, message, fixes });
  }
  if (isPresent(body.betas)) {
    const message =
      'betas is the header anthropic-beta of a whole batch, and as a field of params it is refused; remove it where you send the file as it is.';
    const where = at(['betas'], 'key');
    findings.push({ code: 'body.not-in-batch', scope: 'row', severity: 'warning', where, message });
  }
  return findings;
}

function checkGeo({ body, params, model, severity }: ClaudeUse): Finding[] {
  if (params.inferenceGeo !== 'rejected' || !isPresent(body.inference_geo)) return [];
  const message = `${model} refuses inference_geo, which Claude 4.6 and later take; remove it.`;
  const fixes = [removing(['inference_geo'])];
  return [{ code: 'model.parameter', severity, where: at(['inference_geo'], 'key'), message, fixes }];
}

const enemies: readonly (readonly [string, string])[] = [
  ['compaction', 'context_management'],
  ['fallback_credit_token', 'fallbacks'],
];

function checkPairs({ body }: ClaudeUse): Finding[] {
  return enemies.flatMap(([one, other]) => {
    if (!isPresent(body[one]) || !isPresent(body[other])) return [];
    const message = `${one} cannot be combined with ${other}; remove one of them.`;
    const fixes = [removing([one]), removing([other])];
    return [{ code: 'body.conflict' as const, where: at([one], 'key'), message, fixes }];
  });
}

/** JSON has no place for citations: 400 when both are asked for (structured outputs page, 2026-08). */
function checkCited({ body }: ClaudeUse): Finding[] {
  if (!isObject(member(body.output_config, 'format'))) return [];
  for (const { block, path } of systemAndMessageBlocks(body)) {
    if (member(block.citations, 'enabled') !== true) continue;
    const message = 'Citations cannot be combined with output_config.format; turn one of them off.';
    const fixes = [removing([...path, 'citations']), removing(['output_config', 'format'])];
    return [{ code: 'body.conflict', where: at([...path, 'citations']), message, fixes }];
  }
  return [];
}

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

function checkDomains({ body }: ClaudeUse): Finding[] {
  const findings: Finding[] = [];
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    if (!isObject(tool) || !hasMember(tool, 'allowed_domains') || !hasMember(tool, 'blocked_domains'))
      continue;
    const message = `tools[${index}] has allowed_domains and blocked_domains, of which only one may be used; remove the other.`;
    const where = at(['tools', String(index), 'blocked_domains'], 'key');
    if (findings.length < mostFindings) findings.push({ code: 'body.conflict', where, message });
  }
  return findings;
}

/** "stop_sequences: each stop sequence must contain non-whitespace". */
function checkStops({ body }: ClaudeUse): Finding[] {
  const stops = listMember(body, 'stop_sequences');
  const index = stops.findIndex((stop) => typeof stop === 'string' && isBlank(stop));
  if (index === -1) return [];
  const message = `stop_sequences[${index}] must have something besides white space; remove it, or write what ends the answer.`;
  return [{ code: 'body.value', where: at(['stop_sequences', String(index)]), message }];
}
