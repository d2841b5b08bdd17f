import { Catch, type RpcExceptionFilter, UseFilters, applyDecorators } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { patternOf } from './consumer-definition';

/** The transport id of a consumer: without one, Nest binds a handler to every connected server. */
export function transportIdOf(consumerName: string): symbol {
  return Symbol.for(`potok.consumer.${consumerName}`);
}

/** Nest answers an unknown error with a general one; the runner decides by the error that was thrown. */
@Catch()
class OriginalErrorFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks the method of a controller that is the body of a consumer's transaction. It gets an `EventBatch` (mode
 * `stream`) or a `RecordBatch` (mode `plain`) as its one argument, and what it throws reaches the runner unchanged.
 */
export function LogHandler(consumerName: string, topicName: string): MethodDecorator {
  return applyDecorators(
    EventPattern(patternOf(consumerName, topicName), transportIdOf(consumerName)),
    UseFilters(new OriginalErrorFilter()),
  );
}
