/** A box on the screen, CSS pixels. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** A label that wants to stand beside a point, `gap` pixels away from it. */
export type LabelWish = {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly gap: number;
  readonly width: number;
  readonly height: number;
  /** Higher is placed first and so kept rather than others. */
  readonly priority: number;
};

export type PlacedLabel = Box & { readonly id: string };

/**
 * Labels that overlap neither each other nor an obstacle nor the canvas's edge: each in the first free one of below,
 * above, right and left of its point, then slanting from it; a label without a free place is left out.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  obstacles: readonly Box[],
  canvas: { readonly width: number; readonly height: number },
): readonly PlacedLabel[] {
  const taken = [...obstacles];
  const placed: PlacedLabel[] = [];
  const ordered = wishes.toSorted((a, b) => b.priority - a.priority || a.x - b.x || a.y - b.y);
  for (const wish of ordered) {
    const free = placesFor(wish).find(
      (box) => within(box, canvas) && !taken.some((other) => overlap(box, other)),
    );
    if (free === undefined) continue;
    taken.push(free);
    placed.push({ id: wish.id, ...free });
  }
  return placed;
}

/** Where labels stand, as long as nothing that decides it has changed: to find room for hundreds takes longer than to paint them. */
export type LabelPlaces = {
  readonly of: (key: readonly unknown[], place: () => readonly PlacedLabel[]) => readonly PlacedLabel[];
};

export function labelPlaces(): LabelPlaces {
  let known: readonly unknown[] = [];
  let placed: readonly PlacedLabel[] = [];
  return {
    of: (key, place) => {
      if (key.length !== known.length || key.some((part, index) => part !== known[index])) {
        placed = place();
        known = key;
      }
      return placed;
    },
  };
}

function placesFor({ x, y, gap, width, height }: LabelWish): readonly Box[] {
  return [
    { x: x - width / 2, y: y + gap, width, height },
    { x: x - width / 2, y: y - gap - height, width, height },
    { x: x + gap, y: y - height / 2, width, height },
    { x: x - gap - width, y: y - height / 2, width, height },
    { x: x - gap / 2, y: y + gap, width, height },
    { x: x + gap / 2 - width, y: y + gap, width, height },
    { x: x - gap / 2, y: y - gap - height, width, height },
    { x: x + gap / 2 - width, y: y - gap - height, width, height },
  ];
}

function within(box: Box, canvas: { readonly width: number; readonly height: number }): boolean {
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= canvas.width && box.y + box.height <= canvas.height;
}

export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
