import type { JSX } from "preact";
import type { ExplainedStageView } from "../../../protocol/decision-answers.ts";
import { candidateBars } from "../../data/explained.ts";
import { Figure } from "../parts/Figure.tsx";
import { useSize } from "../parts/use-size.ts";
import { Candidates } from "./Candidates.tsx";

/** The stages that could be shown first, with what the best plan that begins with each is expected to cost. */
export function StageChoice({ decision }: { readonly decision: ExplainedStageView }): JSX.Element {
  const [box, size] = useSize<HTMLDivElement>();
  const width = size?.width ?? 0;
  const bars = candidateBars(decision.decided);
  return (
    <Figure
      title="What else could be shown"
      fileName={`${decision.id}-candidates`}
      note="veh·s of weighted delay, by first stage"
      table={() => ({
        columns: ["Stage", "Cost veh·s", "More than the cheapest veh·s", "Chosen"],
        rows: bars.map(({ stage, costVehSeconds, lossVehSeconds, chosen }) => [
          stage,
          Math.round(costVehSeconds),
          Math.round(lossVehSeconds),
          chosen ? "chosen" : null,
        ]),
      })}
    >
      <div ref={box}>
        {bars.length === 0 ? (
          <p class="reason dim">There was no choice: the least green of the running stage had to go on.</p>
        ) : (
          width > 0 && <Candidates bars={bars} width={width} label="Expected cost by first stage" />
        )}
      </div>
    </Figure>
  );
}
