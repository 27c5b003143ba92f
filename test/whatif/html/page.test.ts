import { describe, expect, it } from "vitest";
import { whatifPage } from "../../../sim/whatif/html/page.ts";
import { type SaxesTagPlain, SaxesParser } from "saxes";
import { HOSTILE, samplePage } from "./page-fixture.ts";

/** Text between two headings, without its tags. */
function textOf(html: string, from: string, to: string): string {
  const part = html.slice(html.indexOf(`<h2>${from}</h2>`), html.indexOf(`<h2>${to}</h2>`));
  return part.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

describe("the page of a comparison", async () => {
  const page = await samplePage();
  const html = whatifPage(page);

  it("says the verdict in plain words, what is lost first, with intervals, replications and safety", () => {
    const verdict = textOf(html, "Verdict", "Differences");
    expect(verdict).toMatch(/against fixed, 6 paired replications/);
    const [loses, falls, noise] = [
      /Loses in waiting \(\+4\.\d s\/veh, \+1\d\.\d %\)\./,
      /Mean delay falls: −[56]\.\d s\/veh, −1\d\.\d % \[95 %: −/,
      /Indistinguishable from noise: .*time loss/,
    ].map((sentence) => verdict.search(sentence));
    expect(loses).toBeGreaterThan(0);
    expect(falls).toBeGreaterThan(loses ?? 0);
    expect(noise).toBeGreaterThan(falls ?? 0);
    expect(verdict).toMatch(/Of 3 movements 1 slower \(most: center NBT \+[56]\.\d s\/veh\), 2 faster/);
    expect(verdict).toContain(
      "No safety event in 18 runs. No run jammed. Every vehicle found a place to enter.",
    );
  });

  it("says who is not measured, where there is a warm-up", () => {
    const warm = whatifPage({ ...page, report: { ...page.report, warmupSeconds: 900 } });
    expect(warm).toContain("18 runs, after a warm-up of 900 s: who was scheduled in it is not measured</p>");
    expect(warm).toContain("Whoever was scheduled in the first 900 s is in no measure of delay");
    expect(html).not.toContain("warm-up");
  });

  it("says how near the model is to SUMO, where that was measured, and else that nobody said", () => {
    expect(textOf(html, "Calibration", "Limits")).toContain("No calibration was given");
    const agreement = {
      seeds: [1, 2, 3],
      sumoTravelSeconds: 100,
      builtinTravelSeconds: 85.5,
      gehShare: 1,
      worstLinks: [{ link: HOSTILE, sumoVehPerHour: 400, builtinVehPerHour: 300, geh: 5.3 }],
    };
    const told = whatifPage({ ...page, calibration: { network: "center", agreement } });
    const words = textOf(told, "Calibration", "Limits");
    expect(words).toContain("85.5 s against SUMO's 100.0 s, −14.5 %: within 10.0 % does not hold");
    expect(words).toContain("GEH is below 5 on 100.0 % of the links: 95.0 % holds");
    expect(words).toContain("400 300 5.3");
    expect(told).not.toContain(HOSTILE);
  });

  it("says aloud what was unsafe", () => {
    const { controls } = page.report;
    const fixed = controls["fixed"];
    const runs = fixed?.runs.map((run) => ({ ...run, safetyViolations: run.seed === 2 ? 3 : 0 })) ?? [];
    const report = { ...page.report, controls: { ...controls, fixed: { ...fixed!, runs } } };
    expect(whatifPage({ ...page, report })).toContain(
      '<p class="alarm">UNSAFE, events against the safety rules: fixed 3.',
    );
  });

  it("draws what is worse, better and noise apart, worse first", () => {
    const forest = html.slice(html.indexOf("<h2>Differences</h2>"), html.indexOf("<h2>Who gains"));
    const rows = [...forest.matchAll(/<g class="(\w+)"><title>([^:]+):/g)].map(([, name, measure]) => [
      name,
      measure,
    ]);
    expect(rows.slice(0, 2)).toEqual([
      ["worse", "waiting"],
      ["gain", "delay"],
    ]);
    expect(new Set(rows.slice(2).map(([name]) => name))).toEqual(new Set(["noise"]));
  });

  it("lists the movement that loses first, and tells arms with an event under robustness alone", () => {
    expect(textOf(html, "Who gains and who loses", "Over time")).toMatch(/verdict center NBT /);
    expect(textOf(html, "Robustness", "What differs between the arms")).toMatch(
      /link:center=down@600 adaptive .* noise/,
    );
    expect(textOf(html, "Verdict", "Differences")).not.toContain("link:center");
  });

  it("escapes every name", () => {
    expect(html).not.toContain("<b>");
    expect(html).toContain("adaptive &lt;b&gt;&amp;&quot;x&quot;&lt;/b&gt;");
    expect(html).not.toContain(HOSTILE);
  });

  it("needs nothing from elsewhere, and no script", () => {
    expect(html).not.toMatch(/<script|<img|<iframe|@import|url\(/);
    const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !link.startsWith("data:"))).toEqual([]);
  });

  it("has no figure that is none, and closes what it opens", () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    const parser = new SaxesParser<object>();
    const tags: string[] = [];
    parser.on("opentag", (tag: SaxesTagPlain) => void tags.push(tag.name));
    // HTML's empty elements, as XML has them.
    parser.write(html.replace("<!doctype html>", "").replaceAll(/<(meta|link)([^>]*)>/g, "<$1$2/>")).close();
    expect(tags.filter((tag) => tag === "table").length).toBeGreaterThan(5);
    expect(html.match(/<svg/g)?.length).toBe(html.match(/<svg[^>]*><title>/g)?.length);
    expect(html.match(/<table/g)?.length).toBe(html.match(/<table[^>]*><caption>/g)?.length);
  });

  it("is the same for the same data", async () => {
    expect(whatifPage(await samplePage())).toBe(html);
  });

  it("can be made of a single arm, without detail, and says what is missing", () => {
    const { fixed } = page.report.controls;
    const alone = whatifPage({
      ...page,
      report: { ...page.report, controls: { fixed: fixed! }, comparisons: [] },
      detail: { movements: [], modes: [], profiles: {} },
      arms: page.arms.slice(0, 1),
      streets: {},
    });
    expect(alone).toContain("A single arm: nothing to compare it with.");
    expect(textOf(alone, "Over time", "Appendix")).toContain("Not measured in this run.");
    expect(textOf(alone, "Robustness", "What differs between the arms")).toContain("Not tried in this run.");
  });
});
