import type { EventDeclaration, TopicDeclaration } from '@potok/kernel/contract';
import type { z } from 'zod';

/** What the generator derives validators, JSON Schemas and the topic list from. */
export const topics: readonly TopicDeclaration[] = [];
export const events: readonly EventDeclaration<z.ZodType>[] = [];
export const schemas = {};
