import type { Problem, ProblemDetails } from './problem';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export interface AnsweredProblem {
  readonly problem: Problem;
  readonly details?: Pick<ProblemDetails, 'detail' | 'errors'>;
  /** Of answers from 500 on: names the entry of the log. */
  readonly errorId?: string | null;
}

/** RFC 9457. */
export function problemBody({ problem, details = {}, errorId = null }: AnsweredProblem): string {
  const { detail, errors } = details;
  return JSON.stringify({
    type: `urn:potok:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    remedy: problem.remedy,
    ...(errorId === null ? {} : { errorId }),
  });
}
