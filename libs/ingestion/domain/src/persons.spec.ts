import * as fc from 'fast-check';
import { buyerOf, employeeOf, normalisedName, organisationInn } from './persons';
import { scrubText } from './text-scrub';

describe('persons', () => {
  it('are recognised by ИНН, else by tab number within its source, else by name', () => {
    expect(employeeOf({ inn: ' 770712345678 ', tabNumber: '1', name: 'А' }, 's')).toMatchObject({
      basis: 'inn',
    });
    expect(employeeOf({ inn: '', tabNumber: '1', name: 'А' }, 's')).toMatchObject({
      basis: 'tabNumber',
      value: 's|1',
    });
    expect(employeeOf({ name: 'Иванова  А.П.' }, 's')).toMatchObject({ basis: 'name', value: 'иванова а п' });
    expect(employeeOf({}, 's')).toBeNull();
  });

  it('keep one name whichever alphabet its letters were typed in', () => {
    expect(normalisedName('CEPГEEBA O.B.')).toBe(normalisedName('Сергеева О. В.'));
    expect(normalisedName('Королёв')).toBe(normalisedName('КОРОЛЕВ'));
    expect(normalisedName('John Smith')).toBe('john smith');
  });

  it('are no organisations', () => {
    expect(buyerOf({ inn: '7707083893', name: 'ООО «Ромашка»' })).toBeNull();
    expect(buyerOf({ inn: '770712345678' })).toMatchObject({ basis: 'inn' });
    expect(organisationInn(' 7707083893')).toBe('7707083893');
    expect(organisationInn('770712345678')).toBeUndefined();
  });
});

describe('scrubText', () => {
  it.each([
    ['Пополнение +7 (926) 123-45-67', 'Пополнение ***'],
    ['тел. 8-800-555-35-35 бесплатно', 'тел. *** бесплатно'],
    ['МТС 9261234567', 'МТС ***'],
    ['Чек на ivan.petrov@example.org отправлен', 'Чек на *** отправлен'],
    ['Карта 4111 1111 1111 1111', 'Карта ***'],
  ])('takes %j out', (text, expected) => {
    expect(scrubText(text).text).toBe(expected);
  });

  it.each([
    'Молоко 3,2 % 930 мл',
    'Сок 4600682000013 1 л',
    'Вино 2019 г., 0,75 л, 12 %',
    'Болт М8х80 ГОСТ 7798-70 100 шт',
  ])('leaves %j alone', (text) => {
    expect(scrubText(text)).toEqual({ text, removed: [] });
  });

  it('leaves no phone in, wherever it stands', () => {
    const digits = fc.stringMatching(/^[0-9]{9}$/);
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom('+7', '8'),
        fc.constantFrom('', ' ', '-', ' ('),
        (rest, code, separator) => {
          const phone = `${code}${separator}9${rest}`;
          expect(scrubText(`товар ${phone} шт`).text).toBe('товар *** шт');
        },
      ),
      { seed: 29, numRuns: 300 },
    );
  });
});
