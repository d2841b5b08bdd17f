import { declareProblems } from '@potok/platform-http/problem';

/** What the report API answers besides the problems of every route. */
export const reportingProblems = declareProblems({
  filterUnknown: {
    status: 422,
    title: 'A filter names what is not known here',
    remedy: 'Mend the identifiers that `detail` names; what was created just now arrives within seconds.',
  },
  productsNotToldApart: {
    status: 422,
    title: 'This report does not tell products apart',
    remedy: 'Leave out product and category, or ask /v1/reports/sales or /v1/reports/lines.',
  },
  tooManyExports: {
    status: 429,
    title: 'Too many exports are under way',
    remedy: 'Send again after the seconds that Retry-After names.',
  },
});
