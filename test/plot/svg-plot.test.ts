import { describe, expect, it } from "vitest";
import { escapeText } from "../../src/plot/markup.ts";
import { svgPlot } from "../../src/plot/svg-plot.ts";

const line = (label: string) => ({ kind: "line", label, colour: "#000", points: [{ x: 0, y: 1 }] }) as const;

describe("a plot", () => {
  it("leaves a gap where a value is not known, and draws no figure that is none", () => {
    const points = [1, 2, Number.NaN, 4, 5].map((y, x) => ({ x, y }));
    const svg = svgPlot({
      title: "a < b",
      xTitle: "x",
      yTitle: "y",
      marks: [{ kind: "line", label: "l", colour: "#000", points }],
    });
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).toContain("a &lt; b");
    expect(svg).not.toContain("NaN");
    expect(escapeText(`"&`)).toBe("&quot;&amp;");
  });

  it("has a key beside the other for each label, and none for no label", () => {
    const long = "adaptive detector:ash/all=dead@600";
    const svg = svgPlot({
      title: "t",
      xTitle: "x",
      yTitle: "y",
      marks: [line(""), line(long), line("fixed")],
    });
    const keys = [...svg.matchAll(/<rect x="(\d+)"/g)].map(([, left]) => Number(left));
    expect(keys).toEqual([64, 64 + 36 + 7 * long.length]);
  });
});
