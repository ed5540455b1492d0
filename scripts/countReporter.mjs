// A node:test reporter that writes how many tests passed and failed, for the closing line of `npm test`.

// biome-ignore lint/style/noDefaultExport: the test runner takes a reporter's default export.
export default async function* counts(source) {
  for await (const event of source) {
    if (event.type === 'test:summary' && event.data.file === undefined) {
      const { passed, tests } = event.data.counts;
      yield JSON.stringify({ passed, failed: tests - passed });
    }
  }
}
