import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** The room that an element has, in CSS pixels, as it changes; null until it is on the page. */
export function useSize<Box extends HTMLElement>(): readonly [
  RefObject<Box | null>,
  { readonly width: number; readonly height: number } | null,
] {
  const ref = useRef<Box>(null);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number } | null>(null);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
