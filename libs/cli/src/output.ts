/** Where a command's words go: its report to standard output, everything else to standard error. No colours. */
export interface Output {
  /** Standard error is a terminal. */
  readonly terminal: boolean;
  /** As it is, to standard error. */
  status(text: string): void;
  /** A line of the report for people. */
  print(line: string): void;
}

/** Columns in the width of their longest cell; numbers to the right. */
export function tableOf(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.map(line)];
}
