import { topics as ingestionTopics } from '@potok/ingestion-contracts/catalogue';
import { topics as nomenclatureTopics } from '@potok/nomenclature-contracts/catalogue';
import { topics as organisationTopics } from '@potok/organisation-contracts/catalogue';
import { topics as reportingTopics } from '@potok/reporting-contracts/catalogue';
import { topics as stockTopics } from '@potok/stock-contracts/catalogue';
import { Option } from 'commander';

/** The services that have the operator's routes. */
export const SERVICES = ['ingestion', 'nomenclature', 'stock', 'reporting'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** All topics of the platform, in the order in which facts go through it. */
export const allTopics = [
  ...organisationTopics,
  ...ingestionTopics,
  ...nomenclatureTopics,
  ...stockTopics,
  ...reportingTopics,
];

/** The service whose relays write the topic: that of its context; the organisation's are written by ingestion's. */
export function ownerOf(topicName: string): ServiceName | null {
  const context = allTopics.find(({ name }) => name === topicName)?.context;
  if (context === 'organisation') return 'ingestion';
  return SERVICES.find((service) => service === context) ?? null;
}

export function serviceOption(): Option {
  return new Option('--service <service>', 'which service').choices(SERVICES).makeOptionMandatory();
}
