import { render } from "preact";
import { follow, loadNetwork } from "./data/socket.ts";
import { followBenefit } from "./wall/benefit.ts";
import { followBuild } from "./wall/build.ts";
import { followDelayStudy } from "./wall/study.ts";
import { Wall } from "./wall/Wall.tsx";

const root = document.querySelector("#wall");
if (root === null) throw new Error("wall.html lacks the element #wall");
follow();
followBenefit();
followDelayStudy();
followBuild();
void loadNetwork();
render(<Wall />, root);
