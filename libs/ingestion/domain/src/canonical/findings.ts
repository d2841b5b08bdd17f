import type { Finding, FindingCode } from '@potok/retail/document/codes';

/** What is noticed while a canonical document is built, and whose texts had to be taken out. */
export class Findings {
  readonly found: Finding[] = [];
  readonly removedTexts: string[] = [];

  note(code: FindingCode, field: string | null, lineNo: number | null = null): void {
    this.found.push({ code, lineNo, field });
  }
}
