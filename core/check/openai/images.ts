// What the schemas of the image endpoints cannot say: options that depend on each other, and names that they have elsewhere.

import type { Fix } from '../../fix/fix.ts';
import { removing } from '../../fix/fix.ts';
import type { JsonObject } from '../../json/members.ts';
import { isPresent } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import { at, type Finding } from '../finding.ts';
import { checkImageOptions } from './imageOptions.ts';

export function checkImages({ body, modelName, endpoint }: BodyUse): readonly Finding[] {
  const findings = checkImageOptions(body, [], modelName ?? '');
  if (endpoint?.url !== '/v1/images/edits') return findings;
  checkImageName(body, findings);
  checkMarkup(body, modelName ?? '', findings);
  return findings;
}

/** Forms call it `image`, JSON `images` (spec of 2026-10, EditImageBodyJsonParam); whether a batch takes both is not said. */
function checkImageName(body: JsonObject, findings: Finding[]): void {
  const { image } = body;
  if (!isPresent(image)) return;
  const where = at(['image'], 'key');
  if (isPresent(body.images)) {
    const message = 'image stands beside images; put all of them into images.';
    findings.push({ code: 'body.conflict', severity: 'warning', where, message });
    return;
  }
  const message = 'image is the name in a form; JSON bodies have images, a list. Write that.';
  const change = { kind: 'renameKey', path: ['image'], name: 'images' } as const;
  const fixes: readonly Fix[] = Array.isArray(image)
    ? [{ title: 'Rename to "images"', change, safe: true }]
    : [];
  findings.push({ code: 'body.unknown-field', severity: 'warning', where, message, fixes });
}

/** "Supports GPT Image 2.5. Cannot be combined with mask." */
function checkMarkup({ markup, mask }: JsonObject, model: string, findings: Finding[]): void {
  if (!isPresent(markup)) return;
  const where = at(['markup'], 'key');
  const fixes = [removing(['markup'])];
  if (isPresent(mask)) {
    const message = 'markup and mask exclude each other; keep one.';
    findings.push({ code: 'body.conflict', where, message, fixes });
  }
  if (/^gpt-image-(?:1|2$|2-)/.test(model)) {
    const message = 'markup is only for GPT Image 2.5; take that, or remove markup.';
    findings.push({ code: 'model.parameter', where, message, fixes });
  }
}
