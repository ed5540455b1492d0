// A node:test reporter that writes how many tests passed and failed, and in which files, for the closing line of `npm test`.

// biome-ignore lint/style/noDefaultExport: the test runner takes a reporter's default export.
export default async function* counts(source) {
  const failedFiles = [];
  for await (const event of source) {
    if (event.type !== 'test:summary') continue;
    const { file, success, counts } = event.data;
    if (file === undefined) {
      yield JSON.stringify({ passed: counts.passed, failed: counts.tests - counts.passed, failedFiles });
    } else if (!success) failedFiles.push(file);
  }
}
