import { describe, expect, it } from "vitest";
import { entranceOf, signInAddress } from "../../src/console/data/entrance.ts";

const SECRET = "abcDEF123_-".padEnd(43, "x");

describe("the address of the sign-in page", () => {
  it.each([
    ["", "", { link: null, token: null, onward: "./" }],
    ["", `#${SECRET}`, { link: SECRET, token: null, onward: "./" }],
    ["?to=wall", `#token=${SECRET}`, { link: null, token: SECRET, onward: "./wall" }],
    ["", "#/alarms/ash?at=5", { link: null, token: null, onward: "./#/alarms/ash?at=5" }],
    ["?to=//evil.example", "", { link: null, token: null, onward: "./" }],
    ["?to=https://evil.example", "", { link: null, token: null, onward: "./" }],
    ["?to=javascript:alert(1)", "#javascript:alert(1)", { link: null, token: null, onward: "./" }],
    ["", "#//evil.example", { link: null, token: null, onward: "./#//evil.example" }],
  ])("%s%s", (search, hash, expected) => {
    expect(entranceOf(search, hash)).toEqual(expected);
    const onward = new URL(entranceOf(search, hash).onward, "http://signals.example/sign-in");
    expect(onward.origin, "never leads away").toBe("http://signals.example");
  });

  it.each([
    ["/", "#/network/ash", "sign-in#/network/ash"],
    ["/index.html", "", "sign-in"],
    ["/wall", "", "sign-in?to=wall"],
    ["/below/wall", "#x", "sign-in?to=wall"],
  ])("for who is at %s%s", (pathname, hash, expected) => {
    expect(signInAddress(pathname, hash)).toBe(expected);
  });
});
