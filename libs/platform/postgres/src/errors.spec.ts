import { AssertionError } from '@potok/kernel/assert';
import { DatabaseError } from 'pg';
import { ConnectionLost, FalseCommit, UnknownCommitOutcome, classifyFailure } from './errors';
import type { FailureClass } from './errors';

function withSqlState(code: string): DatabaseError {
  const error = new DatabaseError('refused', 0, 'error');
  error.code = code;
  return error;
}

const CASES: readonly (readonly [string, unknown, FailureClass])[] = [
  ...['08006', '40001', '40P01', '53300', '55P03', '57014', '57P01', '58030'].map(
    (code): [string, unknown, FailureClass] => [code, withSqlState(code), 'transient'],
  ),
  ...['22021', '22P02', '23505', '23514', '54000'].map((code): [string, unknown, FailureClass] => [
    code,
    withSqlState(code),
    'data',
  ]),
  ...['42P01', '42501', 'XX000', '28P01'].map((code): [string, unknown, FailureClass] => [
    code,
    withSqlState(code),
    'fatal',
  ]),
  ['an assertion', new AssertionError('broken'), 'data'],
  ['garbage for JSON', new SyntaxError('unexpected token'), 'data'],
  ['a lost connection', new ConnectionLost('gone', null), 'transient'],
  ['a refused connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'transient'],
  ['a failure that says so', Object.assign(new Error('later'), { transient: true }), 'transient'],
  ['an unknown COMMIT', new UnknownCommitOutcome(null), 'unknown-commit'],
  ['a swallowed data error', new FalseCommit(withSqlState('23505')), 'data'],
  ['a swallowed time-out', new FalseCommit(withSqlState('55P03')), 'transient'],
  ['anything else', new Error('what is this'), 'fatal'],
  ['not even an error', 'text', 'fatal'],
];

it.each(CASES)('%s is classified', (_name, error, failure) => {
  expect(classifyFailure(error)).toBe(failure);
});
