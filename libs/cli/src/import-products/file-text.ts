import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export type Encoding = 'utf8' | 'cp1251';

const SAMPLE_BYTES = 64 * 1024;
const DELIMITERS = ['\t', ';', ',', '|'] as const;
const LABEL = { utf8: 'utf-8', cp1251: 'windows-1251' } as const;

/** The file cannot be read as text. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

export interface FileText {
  readonly encoding: Encoding;
  /** The text so far that was looked at: for the delimiter. */
  readonly sample: string;
  readonly text: Readable;
  /** Bytes of the file that were read so far. */
  readonly bytesRead: () => number;
}

/** Opens a text file, or one compressed by gzip (`.gz`), as a stream of text with its encoding found out. */
export async function openText(path: string, encoding: Encoding | 'auto'): Promise<FileText> {
  const sampleBytes = await firstBytes(path);
  const chosen = encoding === 'auto' ? encodingOf(sampleBytes) : encoding;
  const file = createReadStream(path);
  const bytes = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const text = bytes.pipe(decoding(chosen));
  file.on('error', (error) => text.destroy(error));
  bytes.on('error', (error: Error) => text.destroy(error));
  return {
    encoding: chosen,
    sample: new TextDecoder(LABEL[chosen]).decode(sampleBytes),
    text,
    bytesRead: () => file.bytesRead,
  };
}

/** What most often stands between the cells of the first line. */
export function delimiterOf(sample: string): string {
  const [line = ''] = sample.split(/\r?\n/, 1);
  const outside = line.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => outside.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return DELIMITERS[counts.indexOf(most)] ?? ',';
}

/** Text that is not UTF-8 is what Russian accounting systems write else: windows-1251. */
export function encodingOf(sample: Uint8Array): Encoding {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return 'utf8';
  } catch {
    return 'cp1251';
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  if (path.endsWith('.gz')) return firstUnzipped(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function firstUnzipped(path: string): Promise<Buffer> {
  const file = createReadStream(path);
  const unzipped = file.pipe(createGunzip());
  file.on('error', (error) => unzipped.destroy(error));
  for await (const chunk of unzipped) {
    file.destroy();
    return (chunk as Buffer).subarray(0, SAMPLE_BYTES);
  }
  return Buffer.alloc(0);
}

/** A byte that does not fit the encoding ends the import: a replacement character would be stored for ever. */
function decoding(encoding: Encoding): Transform {
  const decoder = new TextDecoder(LABEL[encoding], { fatal: true });
  return new Transform({
    encoding: 'utf8',
    transform(chunk: Buffer, _encoding, done) {
      settle(() => decoder.decode(chunk, { stream: true }), done);
    },
    flush(done) {
      settle(() => decoder.decode(), done);
    },
  });
}

function settle(decode: () => string, done: (error: Error | null, text?: string) => void): void {
  try {
    done(null, decode());
  } catch {
    done(new UnreadableFile('the file is not in the encoding that it began with: name one by --encoding'));
  }
}
