import { z } from 'zod';

/** What the edge answers for one line (register-document §3). `retry` = not acknowledged, send again. */
export const outcome = z.enum(['accepted', 'held', 'rejected', 'retry']);
export type Outcome = z.infer<typeof outcome>;

/** Why a line was rejected: no readable identity, no authority, over the limits. */
export const rejectionCodes = [
  'invalidJson',
  'notAnObject',
  'nestedTooDeep',
  'identityUnreadable',
  'registerUnknown',
  'registerNotInScope',
  'lineTooLong',
  'bodyTruncated',
  'invalidUnicode',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Why a line is held: its identity is readable, its body is not usable, or a person must decide. */
export const holdCodes = [
  'bodyUnusable',
  'operationUnknown',
  'totalMissing',
  'amountOutOfRange',
  'quantityOutOfRange',
  'lineNumbersRepeat',
  'seriesUnassigned',
  'conflict',
  'joinsTwoDocuments',
] as const;
export type HoldCode = (typeof holdCodes)[number];

export const retryCodes = ['brokerUnavailable', 'overloaded'] as const;
export type RetryCode = (typeof retryCodes)[number];

/** What to do about each code, in the words of the sender's programmer. */
export const remedies: Readonly<Record<RejectionCode | HoldCode | RetryCode, string>> = {
  invalidJson: 'Send one complete JSON object per line, UTF-8.',
  notAnObject: 'Send a JSON object, not a bare value or an array.',
  nestedTooDeep: 'Nest at most 32 levels.',
  identityUnreadable: 'Give identities[] with scheme, series and one of number, span, opaqueId.',
  registerUnknown: 'Create the register first, or correct registerId.',
  registerNotInScope: 'Use the credential of this register, or have its scope extended.',
  lineTooLong: 'A line holds at most 256 KiB; split what is not one document.',
  bodyTruncated: 'The body ended inside the line; send this line again.',
  invalidUnicode: 'Send valid UTF-8 without lone surrogates in identities.',
  bodyUnusable: 'Correct the field named and have the document driven again; its number counts as received.',
  operationUnknown: 'Send operation as sale, return, buy or buyReturn.',
  totalMissing: 'Send totalKopecks (1020).',
  amountOutOfRange: 'Amounts are kopecks up to 10^13.',
  quantityOutOfRange: 'Quantities are thousandths from 0 to 10^12.',
  lineNumbersRepeat: 'Give each line its own lineNo.',
  seriesUnassigned: 'Register the series (POST …/registrations); held documents follow by themselves.',
  conflict: 'Another document with this identity and a different fiscal core stands first; a person decides.',
  joinsTwoDocuments: 'These identities belong to two documents already; a person must merge them.',
  brokerUnavailable: 'Keep the line and send it again after Retry-After.',
  overloaded: 'Keep the line and send it again after Retry-After.',
};
