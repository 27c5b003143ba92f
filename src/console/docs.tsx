import { render } from "preact";
import { followTheme } from "./data/theme.ts";
import { ReferencePage } from "./docs/ReferencePage.tsx";

const root = document.querySelector("#reference");
if (root === null) throw new Error("docs.html lacks the element #reference");
followTheme();
render(<ReferencePage />, root);
