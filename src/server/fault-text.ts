import type { Fault } from "../model/fault.ts";

/** A fault of a request's body in one line. */
export function faultText({ pointer, found, allowed }: Fault): string {
  return `body#${pointer}: found ${found}, allowed: ${allowed}`;
}
