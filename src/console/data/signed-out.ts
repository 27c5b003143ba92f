import { signInAddress } from "./entrance.ts";

/** To the sign-in page, and from there back to the same address. */
export function leaveToSignIn(): void {
  location.replace(signInAddress(location.pathname, location.hash));
}
