import { gzipSync } from 'node:zlib';

const MIB = 1024 * 1024;

/** A request as no honest sender makes it. `who`: the device that sends, the administrator, or nobody. */
export interface HostileRequest {
  readonly what: string;
  readonly who: 'device' | 'admin' | 'nobody';
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const DOCUMENTS = '/v1/ingestion/documents';
const JSON_TYPE = { 'content-type': 'application/json' };
const NDJSON_TYPE = { 'content-type': 'application/x-ndjson' };

function lines(
  what: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): HostileRequest {
  return {
    what,
    who: 'device',
    method: 'POST',
    path: DOCUMENTS,
    headers: { ...NDJSON_TYPE, ...headers },
    body,
  };
}

function json(what: string, who: HostileRequest['who'], body: string): HostileRequest {
  const open = who === 'nobody';
  const path = open ? '/v1/organisation/credentials/token' : '/v1/organisation/stores/hostile';
  return { what, who, method: open ? 'POST' : 'PUT', path, headers: JSON_TYPE, body };
}

/** What is known to hold up a process that reads JSON, each as large as it may come. */
export function hostileRequests(): readonly HostileRequest[] {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const wide = `{"type":"receipt","identities":[],"x":[${'[],'.repeat(80_000)}1]}`;
  const keys = Array.from({ length: 15_000 }, (_, index) => `"k${String(index)}":${String(index)}`).join(',');
  return [
    lines('deep nesting', `${deep}\n`.repeat(200)),
    lines('a line of 50 MB', Buffer.alloc(50 * MIB, 0x78)),
    lines('wide lines', `${wide}\n`.repeat(40)),
    lines('many keys', `{${keys}}\n`.repeat(40)),
    lines('lines without number', '1\n'.repeat(MIB)),
    lines('as many lines as are taken', '1\n'.repeat(5_000)),
    lines('no UTF-8', Buffer.alloc(8 * MIB, Buffer.from([0xed, 0xa0, 0x80, 0x0a]))),
    lines('a gzip bomb', gzipSync(Buffer.alloc(60 * MIB, 0x20)), { 'content-encoding': 'gzip' }),
    lines('escapes', `{"type":"receipt","x":"${'\\ud800'.repeat(40_000)}"}\n`.repeat(20)),
    lines('phones', `{"type":"receipt","x":"${'+7 (926) 111-22-33 '.repeat(12_000)}"}\n`.repeat(20)),
    json('a deep body of nobody', 'nobody', '['.repeat(8 * MIB)),
    json('a deep body', 'admin', '['.repeat(MIB - 10)),
    json('a wide body', 'admin', `[${'[],'.repeat(300_000)}1]`),
    json('a body of many keys', 'admin', `{${keys},${keys}}`),
    json('__proto__ often', 'admin', `[${'{"__proto__":1},'.repeat(20_000)}1]`),
  ];
}
