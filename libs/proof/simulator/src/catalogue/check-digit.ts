/** The 13 digits of an EAN-13 from its first 12: the check digit weighs them 1, 3, 1, 3 … */
export function withEan13CheckDigit(twelveDigits: string): string {
  if (!/^\d{12}$/.test(twelveDigits)) throw new Error(`not twelve digits: ${twelveDigits}`);
  let sum = 0;
  for (const [index, digit] of [...twelveDigits].entries()) sum += Number(digit) * (index % 2 === 0 ? 1 : 3);
  return twelveDigits + String((10 - (sum % 10)) % 10);
}

const ORGANISATION_WEIGHTS = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const PERSON_WEIGHTS_11 = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const PERSON_WEIGHTS_12 = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

function innDigit(digits: string, weights: readonly number[]): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return String((sum % 11) % 10);
}

/** ИНН of an organisation (10 digits) from its first nine. */
export function organisationInn(nineDigits: string): string {
  return nineDigits + innDigit(nineDigits, ORGANISATION_WEIGHTS);
}

/** ИНН of a person (12 digits) from its first ten. */
export function personInn(tenDigits: string): string {
  const eleven = tenDigits + innDigit(tenDigits, PERSON_WEIGHTS_11);
  return eleven + innDigit(eleven, PERSON_WEIGHTS_12);
}
