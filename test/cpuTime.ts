// How much work was it? A machine that others use, or that stands still for a moment, makes time pass and no work.

/** Milliseconds that processors have worked for this process since it began; only differences mean something. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
