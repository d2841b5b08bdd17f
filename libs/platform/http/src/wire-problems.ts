import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpProblems } from './problem';
import type { Problem } from './problem';
import { PROBLEM_MEDIA_TYPE, problemBody } from './problem-body';

/** Codes of Node's HTTP server for what never becomes a request. */
const BY_CODE: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: httpProblems.requestTimeout,
  HPE_HEADER_OVERFLOW: httpProblems.headersTooLarge,
};

/** Answers bytes that are no request, or never become a whole one, and closes the connection. */
export function answerWireError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = BY_CODE[error.code ?? ''] ?? httpProblems.badRequest;
  const body = problemBody({ problem });
  const status = `${String(problem.status)} ${STATUS_CODES[problem.status] ?? 'Error'}`;
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}\r\nconnection: close\r\n`;
  if (socket.writable)
    socket.write(`${head}content-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`);
  socket.destroySoon();
}

/** Answers an address that cannot be decoded: no route, so no filter, ever sees it. */
export function answerFrameworkError(_error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const problem = httpProblems.badRequest;
  void reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(problemBody({ problem }));
}
