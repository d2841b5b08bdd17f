/** What went wrong, from a closed list: a code that programs read, a title that people read, and a way out. */
export interface Problem<Code extends string = string> {
  readonly code: Code;
  readonly status: number;
  readonly title: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

export type ProblemDeclarations = Readonly<Record<string, Omit<Problem, 'code'>>>;

export type Problems<Declarations extends ProblemDeclarations> = {
  readonly [Code in keyof Declarations & string]: Problem<Code>;
};

/** Declares the problems of a service or library: the key is the code. */
export function declareProblems<const Declarations extends ProblemDeclarations>(
  declarations: Declarations,
): Problems<Declarations> {
  const problems = Object.entries(declarations).map(([code, declaration]) => [
    code,
    { code, ...declaration },
  ]);
  return Object.fromEntries(problems) as Problems<Declarations>;
}

/** One field at fault. */
export interface FieldError {
  /** JSON pointer into the body (`/lines/0/name`), or `/query/<name>`, `/path/<name>`. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface ProblemDetails {
  /** This occurrence in words. No secrets, no personal data, nothing of our insides. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Sent as `Retry-After`, in seconds. */
  readonly retryAfterS?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by controllers, pipes and guards; answered as `application/problem+json` (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly statusCode: number;

  constructor(
    readonly problem: Problem,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail ?? problem.title);
    this.statusCode = problem.status;
  }
}

/** The problems that any route may answer with. */
export const httpProblems = declareProblems({
  malformedJson: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send one UTF-8 JSON value.',
  },
  jsonTooComplex: {
    status: 400,
    title: 'The body nests too deep or holds too many values',
    remedy: 'Nest at most 32 levels; send many things in several requests.',
  },
  malformedEncoding: {
    status: 400,
    title: 'The compressed body cannot be read',
    remedy: 'Send a whole gzip stream, or send the body uncompressed.',
  },
  badRequest: {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Compare the request with /openapi.json.',
  },
  unauthenticated: {
    status: 401,
    title: 'Nobody is known by these credentials',
    remedy: 'Send a valid token as `Authorization: Bearer <token>`; a revoked device is enrolled anew.',
  },
  forbidden: {
    status: 403,
    title: 'These credentials do not allow it',
    remedy: 'Use a credential whose scope covers the operation and the store.',
  },
  routeUnknown: {
    status: 404,
    title: 'There is nothing at this address',
    remedy: 'See /openapi.json for the addresses and their methods.',
  },
  requestTimeout: {
    status: 408,
    title: 'The request took too long to arrive',
    remedy: 'Send smaller batches, or send faster.',
  },
  lengthRequired: {
    status: 411,
    title: 'The length of the body is not stated',
    remedy: 'Send Content-Length; this route takes no chunked body.',
  },
  bodyTooLarge: {
    status: 413,
    title: 'The body is over the limit',
    remedy: 'Send it in several smaller requests.',
  },
  compressionRatio: {
    status: 413,
    title: 'The body inflates beyond any honest ratio',
    remedy: 'Send it uncompressed, or in several smaller requests.',
  },
  unsupportedMediaType: {
    status: 415,
    title: 'This content type is not read here',
    remedy: 'Send application/json, or application/x-ndjson where the route says so.',
  },
  unsupportedEncoding: {
    status: 415,
    title: 'This content encoding is not read here',
    remedy: 'Send the body as gzip or uncompressed.',
  },
  validationFailed: {
    status: 422,
    title: 'Fields do not fit',
    remedy: 'Mend the fields that `errors` names; their meaning stands in /openapi.json.',
  },
  headersTooLarge: {
    status: 431,
    title: 'The headers are over the limit',
    remedy: 'Send at most 16 KiB of headers.',
  },
  tooManyRequests: {
    status: 429,
    title: 'Too many requests at once',
    remedy: 'Send again after the seconds that Retry-After names.',
  },
  internalError: {
    status: 500,
    title: 'Something is wrong on our side',
    remedy: 'Send again later; if it persists, report the errorId, which stands in our log.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot take it now',
    remedy: 'Send again after the seconds that Retry-After names.',
  },
});
