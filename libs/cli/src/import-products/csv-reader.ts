import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandFailure } from '../command-error';

export const DELIMITERS = [';', ',', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];
export type Encoding = 'utf8' | 'cp1251' | 'utf16';

export interface Dialect {
  readonly delimiter: Delimiter;
  readonly encoding: Encoding;
}

export interface CsvRecord {
  /** Line of the file, from 1, on which the record ends. */
  readonly line: number;
  readonly cells: readonly string[];
}

const SAMPLE_BYTES = 256 * 1024;
/** A quote that nobody closes must not take the rest of the file into memory. */
const RECORD_CHARACTERS_MAX = 1024 * 1024;
const LABELS = { utf8: 'utf-8', cp1251: 'windows-1251', utf16: 'utf-16le' } as const;

/** Guesses what is not stated from the beginning of the file. */
export async function readDialect(file: string, stated: Partial<Dialect>): Promise<Dialect> {
  const sample = await readSample(file);
  const encoding = stated.encoding ?? encodingOf(sample);
  const text = new TextDecoder(LABELS[encoding]).decode(sample);
  return { encoding, delimiter: stated.delimiter ?? delimiterOf(text) };
}

async function readSample(file: string): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function encodingOf(sample: Buffer): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf16';
  try {
    // As a stream: the end of the sample may cut a character in two.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return 'utf8';
  } catch {
    return 'cp1251';
  }
}

/** The delimiter that the first line has most of, outside of quotes. */
function delimiterOf(text: string): Delimiter {
  const line = /^[^\r\n]*/.exec(text.replace(/^[\s\uFEFF]+/, ''))?.[0] ?? '';
  const bare = line.replace(/"[^"]*"/g, '');
  const count = (delimiter: Delimiter): number => bare.split(delimiter).length;
  return [...DELIMITERS].sort((one, other) => count(other) - count(one))[0] ?? ';';
}

/**
 * The records of a CSV file one by one, the header first, with bounded memory. `onBytes` is told how far the file is
 * read. Throws CommandFailure where the file is no CSV or not in its encoding.
 */
export async function* readCsv(
  file: string,
  { delimiter, encoding }: Dialect,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: RECORD_CHARACTERS_MAX,
    trim: true,
  });
  // Ends the parser with the file's failure, and the file with the reader; the loop below meets the failure.
  pipeline(Readable.from(decoded(file, encoding, onBytes)), parser, () => undefined);
  let line = 0;
  try {
    for await (const parsed of parser) {
      const { record, info } = parsed as { record: string[]; info: { lines: number } };
      ({ lines: line } = info);
      yield { line, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CommandFailure(`${file}: not readable as CSV after line ${String(line)}: ${error.message}`);
  }
}

async function* decoded(
  file: string,
  encoding: Encoding,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(LABELS[encoding], { fatal: true });
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      bytes += (chunk as Buffer).length;
      const text = decoder.decode(chunk as Buffer, { stream: true });
      onBytes(bytes);
      if (text !== '') yield text;
    }
    yield decoder.decode();
  } catch (error) {
    if (!isUndecodable(error)) throw error;
    throw new CommandFailure(`${file}: not ${encoding} near byte ${String(bytes)}: try --encoding`);
  }
}

function isUndecodable(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}
