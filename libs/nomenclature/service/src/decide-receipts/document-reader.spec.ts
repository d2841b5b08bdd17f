import { exampleDocument } from '@potok/retail/document/example';
import { readDocument } from './document-reader';

const HEAD = { eventId: 'e', storeId: 'store-0007', storeNo: 7, streamSeq: 4711, revision: 1 };

const document = {
  ...exampleDocument,
  note: 'a member that nobody declared, with ,"document": in it',
  returnOf: { fiscal: { fn: '7380440800000001', fd: 12 }, method: 'scanned' },
  lines: exampleDocument.lines.map((line) => ({
    ...line,
    name: 'Сыр «Гауда», "весовой" \\',
    agent: { flags: 1 },
  })),
};

function eventOf(of: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(HEAD).slice(0, -1)},"document":${JSON.stringify(of)}}`);
}

describe('reading a register document', () => {
  it('gives the members that decisions ask for as they stand, and the bytes', () => {
    const read = readDocument(eventOf(document));
    expect(read.head).toEqual(HEAD);
    expect(read.documentBytes.toString()).toBe(JSON.stringify(document));
    expect(document).toMatchObject(definedOf(read.document));
    expect(read.document.lines).toHaveLength(document.lines.length);
    expect(read.document.returnOf).toEqual(document.returnOf);
    expect(read.document.lines[0]?.agent).toEqual({ flags: 1 });
  });

  it('leaves names, prices and VAT unread until the whole document is asked for', () => {
    const { document: read, whole } = readDocument(eventOf(document));
    expect(Object.keys(read.lines[0] ?? {})).not.toContain('name');
    expect(whole()).toEqual(document);
    expect(whole()).toBe(whole());
  });

  it('refuses what is no canonical document', () => {
    expect(() => readDocument(eventOf({ time: { ledgerAt: '2026-03-02T09:15:00.000Z' } }))).toThrow(
      'canonical',
    );
    expect(() => readDocument(Buffer.from(JSON.stringify(HEAD)))).toThrow('holds its document');
    expect(() => readDocument(Buffer.from(`{"a":1,"document":{"lines":[}}`))).toThrow(SyntaxError);
  });
});

/** Without members that are absent. */
function definedOf(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}
