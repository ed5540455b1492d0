// How large may each bundle become? With all it loads at once, in kilobytes; figures are of 2026-11-21 plus about a third.

export const budgetsKb: Readonly<Record<string, number>> = {
  'client.cjs': 680,
  'cli.js': 120,
  'languageServer.js': 1250,
  'worker.js': 10,
  // The life of batches at three APIs, runs, accounts, what was spent; the SDKs are loaded on first use.
  'jobs.js': 1150,
  'files.js': 950,
  // Three APIs, each with batches, answers and refusals of its own.
  'simulator.js': 190,
};

/** Everything but the ranks of the encodings, which are what they are; the SDKs of three providers are 1,500 of it. */
export const totalBudgetKb = 4700;
