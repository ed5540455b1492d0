// What do the rules of Anthropic's messages look at? The request, what is known of its model, and the API version.

import { type JsonObject, textMember } from '../../json/members.ts';
import type { ModelParams } from '../../models/catalogue.ts';
import type { Severity } from '../../problem.ts';
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import type { Finding } from '../finding.ts';

export interface ClaudeUse {
  readonly body: JsonObject;
  /** The model as a sentence names it. */
  readonly model: string;
  /** What is known of its parameters; empty for models that nobody knows. */
  readonly params: ModelParams;
  /** Levels of `output_config.effort`; null: not known. */
  readonly efforts: readonly string[] | null;
  readonly contextTokens: number | null;
  /** Of what the model refuses: error where its own pages say so. */
  readonly severity: Severity;
  /** Sent with API version 2026-10-21, not 2023-06-01. */
  readonly isNewVersion: boolean;
}

export type ClaudeRule = (use: ClaudeUse) => readonly Finding[];

export function claudeUse({ body, modelName, model, config }: BodyUse): ClaudeUse {
  const params = model?.params ?? {};
  return {
    body,
    model: modelName === null ? 'The model' : clip(modelName),
    params,
    efforts: model?.efforts ?? null,
    contextTokens: model?.contextTokens ?? null,
    severity: params.documented === true ? 'error' : 'warning',
    isNewVersion: config.anthropicVersion !== '2023-06-01',
  };
}

/** `thinking.type`, when it says something; null: left out, or nothing that can be understood. */
export function thinkingKind({ body }: ClaudeUse): string | null {
  return textMember(body.thinking, 'type');
}
