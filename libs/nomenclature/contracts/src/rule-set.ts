import { z } from 'zod';
import {
  businessState,
  disposition,
  fiscalState,
  lineState,
  operation,
  receiptForm,
} from '@potok/retail/document/codes';
import { recognition, stockEffect } from './decided-line';
import { productKind } from './product.v1';

/** What a rule may ask of a line and its receipt. Codes are the numbers of the ФФД; `yes`/`no` for the rest. */
export const purposes = ['ordinary', 'customerReturn', 'mendsError', 'correction'] as const;
export const correctionKinds = ['none', 'missedSale', 'reversal', 'restatement', 'unknown'] as const;
export const dispositions = ['none', ...disposition.options] as const;
export const lineStates = lineState.options;
export const productKinds = productKind.options;
const yesOrNo = z.enum(['yes', 'no']);
const code = z.int().min(0).max(99_999);

function oneOf<Value extends z.ZodType>(value: Value, what: string) {
  return z.array(value).min(1).max(200).optional().describe(what);
}

export const ruleConditions = z
  .strictObject({
    form: oneOf(receiptForm, 'Form of the receipt'),
    operation: oneOf(z.enum([...operation.options, 'unknown']), 'Operation (1054)'),
    fiscalState: oneOf(fiscalState, 'Fiscal state'),
    businessState: oneOf(businessState, 'Business state'),
    prepaid: oneOf(yesOrNo, 'The receipt settles against an advance (1215)'),
    purpose: oneOf(z.enum(purposes), 'What the receipt is for beside trade'),
    correctionKind: oneOf(z.enum(correctionKinds), 'What a correction mends; none = it is none'),
    linked: oneOf(yesOrNo, 'The receipt that it returns, mends or corrects was found'),
    seller: oneOf(z.enum(['own', 'other']), 'other = 1018 names an organisation that is none of the chain’s'),
    lineState: oneOf(lineState, 'State of the line'),
    disposition: oneOf(z.enum(dispositions), 'Where a returned thing goes; none = not stated'),
    productKind: oneOf(productKind, 'Kind of the matched product; goods while nobody knows it'),
    paymentMethod: oneOf(code, 'Признак способа расчёта (1214)'),
    subject: oneOf(code, 'Признак предмета расчёта (1212)'),
    agent: oneOf(yesOrNo, 'The line is an agent’s (1222)'),
  })
  .describe('All that are stated must hold; one without any always holds');
export type RuleConditions = z.infer<typeof ruleConditions>;

function rules<Outcome extends z.ZodType>(outcome: Outcome, what: string) {
  const rule = z.strictObject({
    when: ruleConditions,
    then: outcome,
    source: z
      .string()
      .min(1)
      .max(500)
      .describe('Where it comes from: the table of the law, or who decided it; [M] = to be confirmed'),
  });
  return z.array(rule).min(1).max(500).superRefine(refuseUnreachable).describe(what);
}

/** A rule without conditions always holds: what stands behind it is a mistake. */
function refuseUnreachable(
  list: readonly { readonly when: RuleConditions }[],
  context: z.RefinementCtx,
): void {
  const at = list.findIndex(({ when }) => Object.values(when).every((values) => values === undefined));
  if (at < 0 || at === list.length - 1) return;
  context.addIssue({
    code: 'custom',
    path: [at + 1],
    message: `rule ${String(at)} has no conditions and always holds: this one is never reached`,
  });
}

export const ruleSetFields = {
  defaults: z
    .strictObject({
      paymentMethod: code.describe('1214'),
      subject: code.describe('1212'),
    })
    .describe('Taken where a line does not say'),
  stockEffect: rules(stockEffect, 'The first rule that holds decides; none = unknown'),
  recognition: rules(recognition, 'The first rule that holds decides; none = none'),
};

/** Rules as they are sent to the platform: their version is given by it. */
export const ruleSetBody = z.strictObject(ruleSetFields);
export type RuleSetBody = z.infer<typeof ruleSetBody>;

export const ruleSet = z.object({
  version: z.int().min(1).describe('Version of the rules'),
  ...ruleSetFields,
});
export type RuleSetView = z.infer<typeof ruleSet>;

export const replaceRuleSet = z.strictObject({
  expectedVersion: z
    .int()
    .min(1)
    .describe('The version in force that the new rules are made from; refused when it is another one'),
  reason: z.string().min(1).max(500).describe('Why the rules change; kept with them'),
  dryRun: z.boolean().default(false).describe('True = say what would change, and change nothing'),
  rules: ruleSetBody,
});
export type ReplaceRuleSet = z.infer<typeof replaceRuleSet>;

const outcome = z.object({ stockEffect, recognition });
export const ruleSetChange = z.object({
  before: outcome.describe('By the rules in force'),
  after: outcome.describe('By the new rules'),
  lines: z.int().describe('Lines of the sample that this happens to'),
  sample: z.object({ documentId: z.string(), lineNo: z.int() }).describe('One of them'),
});

export const ruleSetAnswer = z.object({
  version: z.int().describe('The version that the new rules have, or would have'),
  applied: z.boolean().describe('False of a dry run'),
  receiptsCompared: z
    .int()
    .describe(
      'The latest receipts of every store, decided once more by both; what was decided stays as it is',
    ),
  linesCompared: z.int().describe('Their lines'),
  changes: z.array(ruleSetChange).describe('What lines like these will be, the most frequent first'),
});
export type RuleSetAnswer = z.infer<typeof ruleSetAnswer>;

export const ruleSetOverview = z.object({
  inForce: ruleSet,
  shipped: ruleSet.describe('The default of this release: a new installation begins with it'),
});
