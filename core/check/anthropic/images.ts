// Will the images be taken? Limits of the vision page (2026-08): so many in a request, so many pixels, so many bytes.

import { formatCount } from '../../figures.ts';
import { member, textMember } from '../../json/members.ts';
import { imageSizeOfBase64 } from '../../tokens/imageSize.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { type PlacedBlock, systemAndMessageBlocks } from './blocks.ts';
import type { ClaudeRule } from './claude.ts';

const mostImages = 600;
/** Of models whose context is 200,000 tokens. */
const mostImagesOfSmallContext = 100;
const smallContextTokens = 200_000;
const mostPixels = 8000;
/** Of each, when there are more than `manyImages`. */
const mostPixelsOfMany = 2000;
const manyImages = 20;
const mostBase64Characters = 10 * 1024 * 1024;

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

export const checkImages: ClaudeRule = ({ body, contextTokens, model }) => {
  const images = systemAndMessageBlocks(body).filter(({ type }) => type === 'image');
  const isSmall = contextTokens !== null && contextTokens <= smallContextTokens;
  const most = isSmall ? mostImagesOfSmallContext : mostImages;
  const findings: Finding[] = [];
  const beyond = images[most];
  if (beyond !== undefined) {
    const message = `The request has ${formatCount(images.length)} images; ${isSmall ? model : 'Claude'} takes ${most} at most. Split it.`;
    findings.push({ code: 'body.range', where: at(beyond.path), message });
  }
  for (const image of images) {
    const finding = checkImage(image, images.length);
    if (finding !== null) findings.push(finding);
    if (findings.length >= mostFindings) break;
  }
  return findings;
};

function checkImage({ block, path }: PlacedBlock, count: number): Finding | null {
  const data = textMember(block.source, 'data');
  if (data === null || member(block.source, 'type') !== 'base64') return null;
  const where = at([...path, 'source', 'data']);
  const name = nameOf(path);
  if (data.length > mostBase64Characters) {
    const message = `${name} is larger than 10 MB as base64, which is refused; make it smaller.`;
    return { code: 'body.range', where, message };
  }
  const size = imageSizeOfBase64(data, 0);
  const most = count > manyImages ? mostPixelsOfMany : mostPixels;
  if (size === null || Math.max(size.width, size.height) <= most) return null;
  const among = count > manyImages ? ` in a request with more than ${manyImages} images` : '';
  const message = `${name} is ${size.width} by ${size.height} pixels; neither side may be above ${formatCount(most)}${among}. Make it smaller.`;
  return { code: 'body.range', where, message };
}
