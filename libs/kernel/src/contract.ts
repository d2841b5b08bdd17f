/**
 * How a topic and an event are declared: once, in the contracts of the context that owns them. Everything else
 * (types, validators, JSON Schemas, the topic list, the broker's topics) is derived from these declarations.
 */

/** `facts`: delete policy, numbered per stream. `state`: compacted, versioned rows. `inbox`: raw bytes, one reader. */
export type TopicKind = 'facts' | 'state' | 'inbox';

export interface TopicDeclaration {
  readonly name: string;
  /** The context whose service alone writes it. */
  readonly context: string;
  readonly kind: TopicKind;
  readonly description: string;
  /** What the record key is, in words: shown in the topic list. */
  readonly key: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly messageBytesMax: number;
}

/** One partition count for all store-keyed topics, so that a store has the same partition everywhere. */
export const STORE_TOPIC_PARTITIONS = 12;

const DAY_MS = 86_400_000;
export const FACTS_RETENTION_MS = 90 * DAY_MS;
export const INBOX_RETENTION_MS = 7 * DAY_MS;
export const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

type TopicOptions = Pick<TopicDeclaration, 'name' | 'context' | 'description'> & Partial<TopicDeclaration>;

/** A topic of per-store streams of facts: numbered, delete policy, key = storeId. */
export function factsTopic(options: TopicOptions): TopicDeclaration {
  return {
    kind: 'facts',
    key: 'storeId',
    partitions: STORE_TOPIC_PARTITIONS,
    retentionMs: FACTS_RETENTION_MS,
    messageBytesMax: MESSAGE_BYTES_MAX,
    ...options,
  };
}

/** A compacted topic of rows that carry `version`; a reader ignores lower ones. */
export function stateTopic(options: TopicOptions & { readonly key: string }): TopicDeclaration {
  return {
    kind: 'state',
    partitions: STORE_TOPIC_PARTITIONS,
    retentionMs: -1,
    messageBytesMax: MESSAGE_BYTES_MAX,
    ...options,
  };
}

/**
 * An event type. `schema` is a zod object whose fields carry descriptions (shape, unit, example); kernel itself
 * does not know zod. `version` is the event type's own; the topic's major is in the topic's name.
 */
export interface EventDeclaration<Schema> {
  readonly name: string;
  readonly version: number;
  readonly topic: TopicDeclaration;
  readonly description: string;
  readonly schema: Schema;
  /** A consumer that does not know this type must halt the store instead of passing over it. */
  readonly mustUnderstand: boolean;
  /** A complete, valid value: published in the reference and checked against the schema. */
  readonly example: unknown;
}

export function declareEvent<Schema>(declaration: EventDeclaration<Schema>): EventDeclaration<Schema> {
  return declaration;
}

/** The value of the `ce_type` header. */
export function eventTypeOf(declaration: { readonly name: string; readonly version: number }): string {
  return `${declaration.name}.v${String(declaration.version)}`;
}
