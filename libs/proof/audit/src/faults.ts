const examplesMax = 12;

/** Counts what is wrong by kind, and keeps a few examples of each for people. */
export class Faults {
  private readonly byKind = new Map<
    string,
    { readonly subjects: Set<string>; readonly examples: string[] }
  >();

  /** `subject` is counted once per kind, however often it is named. */
  note(kind: string, subject: string, explanation: string): void {
    const found = this.byKind.get(kind) ?? { subjects: new Set<string>(), examples: [] };
    this.byKind.set(kind, found);
    if (!found.subjects.has(subject) && found.examples.length < examplesMax) {
      found.examples.push(`${subject}: ${explanation}`);
    }
    found.subjects.add(subject);
  }

  count(...kinds: readonly string[]): number {
    const subjects = new Set<string>();
    for (const kind of kinds)
      for (const subject of this.byKind.get(kind)?.subjects ?? []) subjects.add(subject);
    return subjects.size;
  }

  /** Lines for people. */
  describe(): string[] {
    return [...this.byKind].flatMap(([kind, { subjects, examples }]) => [
      `${kind}: ${String(subjects.size)}`,
      ...examples.map((example) => `  ${example}`),
    ]);
  }
}
