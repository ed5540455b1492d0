// What does the command tell the shell? The five answers of the public contract.

export const exitCode = {
  /** Done and clean. */
  clean: 0,
  /** Done, and there are errors: problems in a file, failed or missing rows. */
  errors: 1,
  /** Could not run: usage, no such file, no key, refused by the provider. */
  couldNotRun: 2,
  /** Still running at the provider when the waiting ended. */
  stillRunning: 3,
  /** Stopped for consent: not given, over --max-cost, or blocked by problems. */
  noConsent: 4,
  /** Stopped by Ctrl-C before there was anything to come back to; the shell's own number for it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
