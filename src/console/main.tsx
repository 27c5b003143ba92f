import { render } from "preact";
import { follow, loadNetwork } from "./data/socket.ts";
import { followHash } from "./data/store.ts";
import { followTraffic } from "./data/traffic.ts";
import { App } from "./views/App.tsx";

const root = document.querySelector("#console");
if (root === null) throw new Error("index.html lacks the element #console");
followHash();
followTraffic();
follow();
void loadNetwork();
render(<App />, root);
