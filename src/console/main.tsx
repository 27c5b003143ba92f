import { render } from "preact";
import { followPresence, loadMe } from "./data/person.ts";
import { follow, loadNetwork } from "./data/socket.ts";
import { followAddress } from "./data/store.ts";
import { followTheme } from "./data/theme.ts";
import { followTraffic } from "./data/traffic.ts";
import { App } from "./views/shell/App.tsx";

const root = document.querySelector("#console");
if (root === null) throw new Error("index.html lacks the element #console");
followAddress();
followTheme();
followTraffic();
follow();
followPresence();
void loadMe();
void loadNetwork();
render(<App />, root);
