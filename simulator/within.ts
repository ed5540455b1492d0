// How long does a look at something wait for work that is under way?

/** Resolves when the work is done or the time is over; rejects only if the work fails before. */
export async function within(timeMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeMs);
  });
  await Promise.race([work, patience]).finally(() => clearTimeout(timer));
}
