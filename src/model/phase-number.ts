/**
 * Numbers of phases in the high-resolution log, in the order of the configuration: the phases' own where every id is a whole number
 * from 1 to 255 (NEMA phases), else their places, from 1.
 */
export function phaseNumbers(phases: readonly { readonly id: string }[]): readonly number[] {
  const own = phases.every(({ id }) => /^[1-9]\d{0,2}$/.test(id) && Number(id) <= 255);
  return phases.map(({ id }, place) => (own ? Number(id) : place + 1));
}
