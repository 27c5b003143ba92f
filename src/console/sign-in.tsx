import { render } from "preact";
import { begin } from "./data/sign-in.ts";
import { followTheme } from "./data/theme.ts";
import { SignInPage } from "./views/sign-in/SignInPage.tsx";

const root = document.querySelector("#sign-in");
if (root === null) throw new Error("sign-in.html lacks the element #sign-in");
followTheme();
void begin();
// A link that is opened where this page is open already changes the fragment alone.
addEventListener("hashchange", () => void begin());
render(<SignInPage />, root);
