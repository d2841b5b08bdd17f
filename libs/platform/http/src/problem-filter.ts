import { randomUUID } from 'node:crypto';
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@potok/platform-telemetry/logger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpProblems, ProblemError } from './problem';
import type { Problem } from './problem';
import { PROBLEM_MEDIA_TYPE, problemBody } from './problem-body';

const BY_STATUS: Readonly<Record<number, Problem>> = {
  401: httpProblems.unauthenticated,
  403: httpProblems.forbidden,
  404: httpProblems.routeUnknown,
  408: httpProblems.requestTimeout,
  413: httpProblems.bodyTooLarge,
  415: httpProblems.unsupportedMediaType,
  429: httpProblems.tooManyRequests,
  503: httpProblems.unavailable,
};

/**
 * Everything thrown becomes a problem document. What is not ours is never quoted: it gets an `errorId`, under which
 * the log has all of it.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw thrown;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const request = http.getRequest<FastifyRequest>();
    const error = toProblem(thrown);
    const errorId = error.problem.status >= 500 ? randomUUID() : null;
    if (errorId !== null) this.log(errorId, request, thrown);
    const { retryAfterS, headers } = error.details;
    if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS));
    if (headers !== undefined) void reply.headers(headers);
    // A body that nobody reads to its end takes its connection with it: the caller must not use it again.
    if (request.raw.destroyed && !request.raw.complete) void reply.header('connection', 'close');
    void reply
      .status(error.problem.status)
      .header('content-type', PROBLEM_MEDIA_TYPE)
      .send(problemBody({ problem: error.problem, details: error.details, errorId }));
  }

  private log(errorId: string, request: FastifyRequest, thrown: unknown): void {
    const fields = { errorId, method: request.method, route: request.routeOptions.url, error: thrown };
    if (thrown instanceof ProblemError) this.logger.warn(fields, 'a request was answered with a problem');
    else this.logger.error(fields, 'a request failed');
  }
}

function toProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (!(thrown instanceof HttpException)) return new ProblemError(httpProblems.internalError);
  const status = thrown.getStatus();
  const problem = BY_STATUS[status];
  if (problem !== undefined) return new ProblemError(problem);
  return new ProblemError(status >= 500 ? httpProblems.internalError : httpProblems.badRequest);
}
