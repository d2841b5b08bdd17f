import { ScratchBuffers } from './scratch-buffers';

it('hands out memory that was given back, never the same to two at once', () => {
  const scratch = new ScratchBuffers();
  const [one, other] = [scratch.take(70_000), scratch.take(70_000)];
  expect(one.length).toBeGreaterThanOrEqual(70_000);
  expect(other).not.toBe(one);
  scratch.give(one);
  expect(scratch.take(one.length + 1)).not.toBe(one);
  expect(scratch.take(10)).toBe(one);
  expect(scratch.take(10)).not.toBe(one);
});

it('keeps a bounded amount', () => {
  const scratch = new ScratchBuffers();
  const huge = scratch.take(3 * 1024 * 1024);
  scratch.give(huge);
  expect(scratch.take(10)).not.toBe(huge);
  const many = Array.from({ length: 20 }, () => scratch.take(10));
  for (const buffer of many) scratch.give(buffer);
  const again = Array.from({ length: 20 }, () => scratch.take(10));
  expect(again.filter((buffer) => many.includes(buffer))).toHaveLength(8);
});
