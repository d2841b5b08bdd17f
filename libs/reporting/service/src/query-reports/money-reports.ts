import { DISCOUNT_ORIGINS, FISCAL_KINDS, INSTRUMENTS, VAT_RATES } from '@potok/reporting-domain/codes';
import { facetSource } from './facet-source';
import { nameOfCode, Parameters } from './report-sql';
import type { ReportTable } from './report-sql';
import type { SalesQuestion } from './sales-report';
import { summedReport } from './summed-report';

/** Payments by what they were made with. */
export function paymentsReport({ groups, resolved }: SalesQuestion): ReportTable {
  const parameters = new Parameters();
  return summedReport(
    {
      groups,
      source: facetSource('daily_payment', resolved, parameters),
      ownKeys: { payment_code: 'd.payment_code' },
      ownColumns: [
        ['fiscalKind', nameOfCode(FISCAL_KINDS, 'i.payment_code / 16')],
        ['instrument', nameOfCode(INSTRUMENTS, 'i.payment_code % 16')],
      ],
      measures: {
        payments: 'sum(d.payments)',
        amount: 'sum(d.amount_kopecks)',
        cash_out: 'sum(d.cash_out_kopecks)',
      },
      columns: [
        ['payments', 'm.payments'],
        ['amountKopecks', 'm.amount'],
        ['cashOutKopecks', 'm.cash_out'],
      ],
    },
    parameters,
  );
}

/** Discounts by who gave them, as tills tell. */
export function discountOriginsReport({ groups, resolved }: SalesQuestion): ReportTable {
  const parameters = new Parameters();
  return summedReport(
    {
      groups,
      source: facetSource('daily_discount', resolved, parameters),
      ownKeys: { origin_code: 'd.origin_code' },
      ownColumns: [['discountOrigin', nameOfCode(DISCOUNT_ORIGINS, 'i.origin_code')]],
      measures: { discounts: 'sum(d.discounts)', amount: 'sum(d.amount_kopecks)' },
      columns: [
        ['discounts', 'm.discounts'],
        ['discountKopecks', 'm.amount'],
      ],
    },
    parameters,
  );
}

/** VAT by rate; its dates are local dates. */
export function vatReport({ groups, resolved }: SalesQuestion): ReportTable {
  const parameters = new Parameters();
  return summedReport(
    {
      groups,
      source: facetSource('daily_vat', resolved, parameters),
      ownKeys: { vat_rate: 'd.vat_rate' },
      ownColumns: [['rate', nameOfCode(VAT_RATES, 'i.vat_rate')]],
      measures: {
        receipts: 'sum(d.receipts)',
        turnover: 'sum(d.turnover_kopecks)',
        vat: 'sum(d.stated_kopecks + d.derived_kopecks)',
        derived: 'sum(d.derived_kopecks)',
      },
      columns: [
        ['receipts', 'm.receipts'],
        ['turnoverKopecks', 'm.turnover'],
        ['vatKopecks', 'm.vat'],
        ['derivedKopecks', 'm.derived'],
      ],
    },
    parameters,
  );
}
