// What can a person do about a job of which it is unclear whether it was sent? Said in the same words by each verb.
import { currentParts, type Job } from '#core';
import { printable } from './printable.ts';

/** A clause: the two commands that settle it. */
export function settleWords(job: Job): string {
  const candidates = currentParts(job).flatMap(({ unclear }) => unclear ?? []);
  const [only = 'BATCH_ID', ...others] = candidates;
  const batch = others.length === 0 ? printable(only) : 'BATCH_ID';
  const resolve = `llm-batch resolve ${printable(job.id)}`;
  return `"${resolve} --adopt ${batch}" or "${resolve} --not-sent" settles it by hand.`;
}

/** A sentence: where to look first. The account is named as the job has it. */
export function lookWords({ account: { profile }, provider }: Job): string {
  const named = profile === 'openai' && provider === 'openai' ? '' : ` --profile ${printable(profile)}`;
  return `"llm-batch jobs --remote${named}" lists what the provider has.`;
}
