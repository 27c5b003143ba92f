import { describe, expect, it } from "vitest";
import { canonicalJson, configurationDigest, networkDigest } from "../../src/adapters/digest.ts";
import { smallNetwork } from "../model/small-network.ts";

describe("canonicalJson", () => {
  it("orders keys by code unit and leaves arrays alone", () => {
    expect(canonicalJson({ b: [2, 1], a: { é: null, Z: "x" }, c: undefined })).toBe(
      '{"a":{"Z":"x","é":null},"b":[2,1]}',
    );
  });
});

describe("digests", () => {
  const network = smallNetwork();
  const [intersection] = network.intersections;
  if (!intersection) throw new Error("the small network has an intersection");

  it("are SHA-256 in hexadecimal", () => {
    expect(configurationDigest(intersection)).toMatch(/^[0-9a-f]{64}$/);
    expect(networkDigest(network)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("do not depend on the order of properties", () => {
    const turned = Object.fromEntries(Object.entries(intersection).toReversed()) as typeof intersection;
    expect(Object.keys(turned)).not.toEqual(Object.keys(intersection));
    expect(configurationDigest(turned)).toBe(configurationDigest(intersection));
  });

  it("change with any value", () => {
    const [first, ...others] = intersection.phases;
    if (!first) throw new Error("a phase");
    const changed = { ...intersection, phases: [{ ...first, yellowSeconds: 3.4 }, ...others] };
    expect(configurationDigest(changed)).not.toBe(configurationDigest(intersection));
    expect(networkDigest({ ...network, intersections: [changed] })).not.toBe(networkDigest(network));
  });
});
