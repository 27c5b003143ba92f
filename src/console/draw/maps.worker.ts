import { mapStage } from "./map-stage.ts";
import { type MapOrder, paintMap } from "./paint-map.ts";

const tell = mapStage({
  request: (draw) => void requestAnimationFrame(draw),
  nowMs: () => performance.now(),
});

addEventListener("message", ({ data }: MessageEvent<MapOrder>) => {
  tell(data.kind === "map" ? { kind: "map", map: data.map, painter: paintMap(data) } : data);
});
