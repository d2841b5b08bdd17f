/** What it comes to that a line in quarantine is set aside. */
export const LINE_CONSEQUENCES = {
  lineUnused: 'nothing counted on the line',
  numbersReleased:
    'the numbers of the line count as received no more: those that no document has are missing again',
} as const;
export type LineConsequence = keyof typeof LINE_CONSEQUENCES;
