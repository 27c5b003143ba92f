import type { View } from "../../data/address.ts";

export type NavigationItem = {
  readonly view: View;
  readonly name: string;
  /** The letter that opens it after `g`. */
  readonly key: string;
  /** Of an icon of 20 by 20. */
  readonly path: string;
};

export const NAVIGATION: readonly NavigationItem[] = [
  { view: "network", name: "Network", key: "m", path: "M2 6h16M2 14h16M6 2v16M14 2v16" },
  { view: "intersection", name: "Intersection", key: "i", path: "M8 1v7H1M12 1v7h7M8 19v-7H1M12 19v-7h7" },
  {
    view: "decisions",
    name: "Why?",
    key: "y",
    path: "M7 7a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.200-1.500 2.400M10 15v1.600",
  },
  { view: "time-space", name: "Time–space", key: "t", path: "M2 18L9 2M7 18L14 2M12 18l7-16" },
  { view: "performance", name: "Performance", key: "p", path: "M3 17V9M8 17V4M13 17v-6M18 17V7" },
  { view: "alarms", name: "Alarms", key: "a", path: "M10 2l8 15H2zM10 8v4M10 14v1" },
  { view: "tuning", name: "Tuning", key: "u", path: "M4 2v16M10 2v16M16 2v16M2 6h4M8 12h4M14 5h4" },
  { view: "what-if", name: "What-if", key: "w", path: "M3 10h6l4-6h5M9 10l4 6h5" },
];
