import { type ArrivalScore, BIN_SECONDS, type LinkScore, PREDICTORS } from "./arrival-score.ts";

/** The score to be read: a row a way to predict, a column a lead; below, what was learnt of each link. */
export function describeArrivals({ leads, links }: ArrivalScore): string {
  const fitted = links.filter((link) => link.fitted).length;
  return [
    `vehicles over advance loops in bins of ${BIN_SECONDS} s, ${leads[0]?.bins ?? 0} bins: RMSE (bias)`,
    row(
      "lead",
      leads.map(({ leadSeconds }) => `${leadSeconds} s`),
    ),
    ...PREDICTORS.map((predictor) =>
      row(
        predictor,
        leads.map(({ predictors }) => {
          const { rmse, bias } = predictors[predictor];
          return rmse === null || bias === null ? "–" : `${rmse.toFixed(2)} (${bias.toFixed(2)})`;
        }),
      ),
    ),
    row(
      "Poisson",
      leads.map(({ poissonRmse }) => poissonRmse?.toFixed(2) ?? "–"),
    ),
    "",
    `${fitted} of ${links.length} links fitted:`,
    ...links.map(describeLink),
  ].join("\n");
}

function row(title: string, cells: readonly string[]): string {
  return [title.padEnd(14), ...cells.map((cell) => cell.padStart(15))].join("").trimEnd();
}

function describeLink(link: LinkScore): string {
  const { intersection, freeSeconds, vehPerHour, share, lagSeconds, smoothing, fitted } = link;
  const mean = lagSeconds + (1 - smoothing) / smoothing;
  return (
    `${link.link} to ${intersection}: ${vehPerHour} veh/h, ${Math.round(share * 100)} % come, ${fitted ? "fitted" : "assumed"} ` +
    `T ${lagSeconds} s and F ${smoothing.toFixed(2)}, mean ${mean.toFixed(1)} s, at the speed limit ${freeSeconds.toFixed(1)} s`
  );
}
