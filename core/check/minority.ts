// Which lines of a file are not as most of it is? One form, one url, one model: as far as a dialect wants that.
import type { Dialect } from '../dialects/dialect.ts';
import { isOtherForm } from '../dialects/parts.ts';
import type { LineFacts } from './checkLine.ts';
import { mixedDialect, mixedModel, mixedUrl } from './fileFindings.ts';
import type { Finding } from './finding.ts';
import type { Tally } from './tally.ts';

export interface Tallies {
  readonly urls: Tally;
  readonly models: Tally;
  readonly forms: Tally;
}

export interface Minority {
  /** Of a line in another dialect's form, of which nothing else is to be said. */
  formOf(facts: LineFacts): Finding | null;
  urlOf(facts: LineFacts): Finding | null;
  modelOf(facts: LineFacts): Finding | null;
}

/** @returns null where the lines are alike. */
export function minorityOf(dialect: Dialect, { urls, models, forms }: Tallies): Minority | null {
  const { oneUrl, oneModel, bodyField } = dialect;
  const isMixed = forms.has(dialect.form) && forms.distinct > 1;
  const url = urls.distinct > 1 ? urls.mostFrequent() : null;
  const model = models.distinct > 1 ? models.mostFrequent() : null;
  const otherUrl = oneUrl !== null && url !== null ? mixedUrl(url, dialect, oneUrl) : null;
  const otherModel = oneModel !== null && model !== null ? mixedModel(model, bodyField, oneModel) : null;
  if (!isMixed && otherUrl === null && otherModel === null) return null;
  return {
    formOf: ({ form }) =>
      isMixed && form !== null && isOtherForm(form, dialect) ? mixedDialect(form, dialect) : null,
    urlOf: (facts) => (facts.url === null || facts.url === url ? null : otherUrl),
    modelOf: (facts) => (facts.model === null || facts.model === model ? null : otherModel),
  };
}
