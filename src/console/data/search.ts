/** An intersection that can be searched for. */
export type Findable = { readonly id: string; readonly name: string };

const FOUND_MAX = 8;

/** Those whose name or id has every word of the text, begins of words before middles, names in their own order. */
export function found(text: string, all: readonly Findable[]): readonly Findable[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return all.slice(0, FOUND_MAX);
  return all
    .flatMap((one) => {
      const parts = `${one.name} ${one.id}`.toLowerCase();
      if (!words.every((word) => parts.includes(word))) return [];
      const begins = words.every((word) => new RegExp(`(^|[^a-z0-9])${escaped(word)}`).test(parts));
      return [{ one, begins }];
    })
    .toSorted((a, b) => Number(b.begins) - Number(a.begins))
    .slice(0, FOUND_MAX)
    .map(({ one }) => one);
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
