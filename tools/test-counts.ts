/** What a test run came to. A suite that could not be run counts as one failed test. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Skipped and still to be written. */
  readonly skipped: number;
}

/** Nothing is known of a run without a result: it must not look like a success. */
export const noResult: TestCounts = { passed: 0, failed: 1, skipped: 0 };

/** Reads the file that `jest --json --outputFile` writes. */
export function countTests(jestResult: string): TestCounts {
  const result: unknown = JSON.parse(jestResult);
  const number = (name: string): number => {
    const value: unknown =
      typeof result === 'object' && result !== null ? Reflect.get(result, name) : undefined;
    if (typeof value !== 'number') throw new Error(`jest's result does not state ${name}`);
    return value;
  };
  return {
    passed: number('numPassedTests'),
    failed: number('numFailedTests') + number('numRuntimeErrorTestSuites'),
    skipped: number('numPendingTests') + number('numTodoTests'),
  };
}

/** The last line of every command that runs the tests. */
export function countsLine(counts: TestCounts): string {
  return `${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped`;
}
