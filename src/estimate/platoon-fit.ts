import { defined } from "../assert.ts";

/** How vehicles that came onto a link reach loops further on: Robertson's recurrence in steps of a second. */
export type Dispersion = {
  /** The fastest way, whole seconds. */
  readonly lagSeconds: number;
  /** F: share of those past the lag and not yet there who come within a second; above 0, up to 1. */
  readonly smoothing: number;
};

/** Robertson 1969; α and β as `reference/signal-control.md` §3.4 gives them for urban streets. */
const ALPHA = 0.35;
const BETA = 0.8;
/** F of a link is taken to lie above: below, a platoon is nothing but a mean rate. */
const SMOOTHING_MIN = 0.05;
/** Lags that are tried: from less than the free travel time to more, for who starts from a stop. */
const LAG_RATIO_MIN = 0.7;
const LAG_RATIO_MAX = 1.2;
const LAG_START_SECONDS = 3;
const LAGS_MAX = 16;
/** About so many seconds are remembered. */
const MEMORY_SECONDS = 1_800;
const FADING = 1 - 1 / MEMORY_SECONDS;
/** Memory of mean rates, `control-algorithms.md` §2. */
const RATE_SECONDS = 300;
/** The first vehicle is not taken for a rate of one a second: so many seconds of nobody count as seen. */
const RATE_START_SECONDS = 60;
/** Vehicles over the loops, within the memory, before a fit is believed. */
const VEHICLES_MIN = 50;
/** By how many variances of an error a fit's squared errors must be below those of what is assumed, and of a mean rate. */
const BETTER_BY_VARIANCES = 9;
/** What the assumed F, and the assumed share of a link, count for beside what is learnt: squares of vehicles. */
const PRIOR_SQUARES = 5;
/** Share of the vehicles that came onto a link which comes to the loops, before counting. */
export const PRIOR_SHARE = 0.8;
/** Rounds of coordinate descent a second; the shares hardly move from one second to the next. */
const SHARE_ROUNDS = 2;
/** A link, or the loops, of which so many vehicles were to be heard and nobody was, is not believed: chance e⁻⁸. */
const SILENT_VEHICLES = 8;

/** What is assumed of a link of this free travel time: α = 0.35, β = 0.8. */
export function assumedDispersion(travelSeconds: number): Dispersion {
  const fastest = BETA * travelSeconds;
  return { lagSeconds: Math.round(fastest), smoothing: 1 / (1 + ALPHA * fastest) };
}

/** The vehicles of one link; rows are by dispersion that is tried, what is assumed first, then fitted ones by lag. */
export type LinkFit = {
  /** From the begin of the link to the loops at the speed limit. */
  readonly freeSeconds: number;
  /** Vehicles that came onto the link, the last second first, back to the longest lag. */
  readonly entered: readonly number[];
  /** Vehicles a second, lately; and seconds since the last one. */
  readonly meanVehPerSecond: number;
  readonly silentSeconds: number;
  readonly lags: readonly number[];
  readonly smoothing: readonly number[];
  /** Vehicles past the lag that have not arrived, and those expected to arrive within the last second. */
  readonly onWay: readonly number[];
  readonly arriving: readonly number[];
  /** Of the regression of F: squares of the regressor, and its products with what is to be explained. */
  readonly squares: readonly number[];
  readonly products: readonly number[];
  /** Squared errors; those of a mean rate. */
  readonly errors: readonly number[];
  readonly errorsOfMean: number;
  /** Which of the rows is believed. */
  readonly chosen: number;
};

/** How the vehicles of some links come to the loops of one approach. */
export type PlatoonFit = {
  readonly links: readonly LinkFit[];
  /** By link: which share of its vehicles comes to the loops; from 0 to 1. */
  readonly shares: readonly number[];
  /** Vehicles that come from elsewhere. */
  readonly joiningVehPerSecond: number;
  /** Seconds that rates are means of, up to their memory. */
  readonly followedSeconds: number;
  /** Seconds and vehicles at the loops that were learnt from, older ones counting less; seconds since the last vehicle. */
  readonly seconds: number;
  readonly vehicles: number;
  readonly silentSeconds: number;
  /** Normal equations of the shares and of the rate of joining, which comes last; row by row, the counts at the end of each. */
  readonly normal: readonly number[];
};

/** Nothing is known yet of links whose vehicles take `travelSeconds` at free speed to the loops. */
export function startPlatoonFit(travelSeconds: readonly number[]): PlatoonFit {
  const size = travelSeconds.length + 1;
  return {
    links: travelSeconds.map((seconds): LinkFit => {
      const assumed = assumedDispersion(seconds);
      // A copy takes no room for more.
      const lags = [assumed.lagSeconds, ...lagsFor(seconds)].slice();
      const none = lags.map(() => 0);
      return {
        freeSeconds: seconds,
        entered: Array.from({ length: Math.max(...lags) }, () => 0),
        meanVehPerSecond: 0,
        silentSeconds: 0,
        lags,
        smoothing: lags.map(() => assumed.smoothing),
        onWay: none,
        arriving: none,
        squares: none,
        products: none,
        errors: none,
        errorsOfMean: 0,
        chosen: 0,
      };
    }),
    shares: travelSeconds.map(() => PRIOR_SHARE),
    joiningVehPerSecond: 0,
    followedSeconds: RATE_START_SECONDS,
    seconds: 0,
    vehicles: 0,
    silentSeconds: 0,
    normal: Array.from({ length: size * (size + 1) }, () => 0),
  };
}

function lagsFor(travelSeconds: number): readonly number[] {
  const first = Math.max(0, Math.floor(LAG_RATIO_MIN * travelSeconds));
  const last = Math.ceil(LAG_RATIO_MAX * travelSeconds) + LAG_START_SECONDS;
  const step = Math.ceil((last - first + 1) / LAGS_MAX);
  return Array.from({ length: Math.ceil((last - first + 1) / step) }, (_, index) => first + index * step);
}

/** What is believed of one link now. */
export function dispersionOf({ lags, smoothing, chosen }: LinkFit): Dispersion {
  return { lagSeconds: defined(lags[chosen], "lag"), smoothing: defined(smoothing[chosen], "smoothing") };
}

/**
 * A second has passed: `entered` came onto each link, `counted` over the loops. Where `learns` is not set, since loops are in doubt or
 * a queue stands on them, vehicles are followed and nothing is learnt; nor is it where a loop that should be heard is silent.
 *
 * F is fitted by least squares to y(t) = F·u(t−T) + (1−F)·ŷ(t−1), with the model's own last output ŷ where an ARX(1) has the last
 * count: as a regressor the noise of counts would bias F. T is the lag with the least squared error.
 */
export function followSecond(
  before: PlatoonFit,
  entered: readonly number[],
  counted: number,
  learns: boolean,
): PlatoonFit {
  const followedSeconds = Math.min(RATE_SECONDS, before.followedSeconds + 1);
  const silentSeconds = counted > 0 ? 0 : before.silentSeconds + 1;
  const moved = before.links.map((link, index) =>
    movedOn(link, defined(entered[index], "link"), followedSeconds),
  );
  const followed = { ...before, links: moved, followedSeconds, silentSeconds };
  return learns && !isSilent(followed) ? learntFrom(followed, before, counted) : followed;
}

/** Whether a loop says nothing although it should. */
export function isSilent({ links, silentSeconds, seconds, vehicles }: PlatoonFit): boolean {
  if (seconds > 0 && (silentSeconds * vehicles) / seconds >= SILENT_VEHICLES) return true;
  return links.some(isLinkSilent);
}

function isLinkSilent({ silentSeconds, meanVehPerSecond }: LinkFit): boolean {
  return silentSeconds * meanVehPerSecond >= SILENT_VEHICLES;
}

/** A link a second later. */
function movedOn(link: LinkFit, vehicles: number, followedSeconds: number): LinkFit {
  const { entered, lags, smoothing, meanVehPerSecond } = link;
  const onWay = link.onWay.slice();
  const arriving = link.arriving.slice();
  for (let row = 0; row < lags.length; row += 1) {
    const lag = defined(lags[row], "lag");
    const leaves = lag === 0 ? vehicles : defined(entered[lag - 1], "second");
    // The same as Robertson's recurrence while F stays, and no vehicle is lost when F changes.
    const near = defined(onWay[row], "row") + leaves;
    const arrives = defined(smoothing[row], "row") * near;
    arriving[row] = arrives;
    onWay[row] = near - arrives;
  }
  return {
    ...link,
    entered: [vehicles, ...entered].slice(0, entered.length),
    // Silence that is not believed is no reason to expect fewer.
    meanVehPerSecond:
      vehicles === 0 && isLinkSilent(link)
        ? meanVehPerSecond
        : meanVehPerSecond + (vehicles - meanVehPerSecond) / followedSeconds,
    silentSeconds: vehicles > 0 ? 0 : link.silentSeconds + 1,
    onWay,
    arriving,
  };
}

function learntFrom(followed: PlatoonFit, before: PlatoonFit, counted: number): PlatoonFit {
  const { links, shares } = followed;
  const regressors = [...links.map(({ arriving, chosen }) => defined(arriving[chosen], "row")), 1];
  let unexplained = counted - followed.joiningVehPerSecond;
  for (const [index, share] of shares.entries()) unexplained -= share * defined(regressors[index], "link");
  const seconds = followed.seconds * FADING + 1;
  const vehicles = followed.vehicles * FADING + counted;
  const fitted = links.map((link, index): LinkFit => {
    const share = defined(shares[index], "share");
    const own = unexplained + share * defined(regressors[index], "link");
    const learnt = regressed(link, defined(before.links[index], "link"), share, own);
    return { ...learnt, chosen: vehicles >= VEHICLES_MIN ? chosenOf(learnt, seconds) : 0 };
  });
  const normal = withSecond(followed.normal, regressors, counted);
  return { ...followed, links: fitted, seconds, vehicles, normal, ...sharesOf(followed, normal) };
}

/** A link's rows with one second more: of `own` vehicles that no other link explains, `share` of the link's were to be. */
function regressed(link: LinkFit, before: LinkFit, share: number, own: number): LinkFit {
  const { lags } = link;
  const squares = link.squares.slice();
  const products = link.products.slice();
  const errors = link.errors.slice();
  const smoothing = link.smoothing.slice();
  const assumed = defined(smoothing[0], "assumed");
  for (let row = 0; row < lags.length; row += 1) {
    const lag = defined(lags[row], "lag");
    const last = defined(before.arriving[row], "row");
    const leaves =
      lag === 0 ? defined(link.entered[0], "second") : defined(before.entered[lag - 1], "second");
    const regressor = share * (leaves - last);
    const square = defined(squares[row], "row") * FADING + regressor * regressor;
    const product = defined(products[row], "row") * FADING + regressor * (own - share * last);
    const error = own - share * defined(link.arriving[row], "row");
    squares[row] = square;
    products[row] = product;
    errors[row] = defined(errors[row], "row") * FADING + error * error;
    const fitted = (PRIOR_SQUARES * assumed + product) / (PRIOR_SQUARES + square);
    if (row > 0) smoothing[row] = Math.max(SMOOTHING_MIN, Math.min(1, fitted));
  }
  const errorOfMean = own - share * link.meanVehPerSecond;
  const errorsOfMean = link.errorsOfMean * FADING + errorOfMean * errorOfMean;
  return { ...link, squares, products, errors, smoothing, errorsOfMean };
}

/** The row with the least error, where that is no chance; else what is assumed. */
function chosenOf({ errors, errorsOfMean }: LinkFit, seconds: number): number {
  const assumed = defined(errors[0], "assumed");
  let best = 0;
  for (const [row, error] of errors.entries()) if (error < defined(errors[best], "best")) best = row;
  const least = defined(errors[best], "best");
  const margin = (BETTER_BY_VARIANCES * least) / seconds;
  return Math.min(assumed, errorsOfMean) - least > margin ? best : 0;
}

function withSecond(
  normal: readonly number[],
  regressors: readonly number[],
  counted: number,
): readonly number[] {
  const sums = normal.slice();
  let place = 0;
  for (const left of regressors) {
    for (const right of regressors) {
      sums[place] = defined(normal[place], "sum") * FADING + left * right;
      place += 1;
    }
    sums[place] = defined(normal[place], "sum") * FADING + left * counted;
    place += 1;
  }
  return sums;
}

/** Least squares by coordinate descent: shares from 0 to 1, and nobody joins less than not at all. */
function sharesOf(
  { shares, joiningVehPerSecond }: PlatoonFit,
  normal: readonly number[],
): Pick<PlatoonFit, "shares" | "joiningVehPerSecond"> {
  const solution = [...shares, joiningVehPerSecond];
  const size = solution.length;
  for (let round = 0; round < SHARE_ROUNDS; round += 1) {
    for (let row = 0; row < size; row += 1) {
      const begin = row * (size + 1);
      const isShare = row < size - 1;
      const prior = isShare ? PRIOR_SQUARES : 0;
      let rest = defined(normal[begin + size], "counts") + prior * PRIOR_SHARE;
      for (let column = 0; column < size; column += 1) {
        if (column !== row)
          rest -= defined(normal[begin + column], "sum") * defined(solution[column], "column");
      }
      const value = rest / (defined(normal[begin + row], "diagonal") + prior);
      solution[row] = Math.max(0, isShare ? Math.min(1, value) : value);
    }
  }
  return { shares: solution.slice(0, -1), joiningVehPerSecond: defined(solution.at(-1), "joining") };
}

/**
 * Vehicles that will come over the loops in each of the next `seconds`. `coming` says who will come onto each link: vehicles by second,
 * the next one first; beyond its end the link's mean rate is taken.
 */
export function expectedArrivals(
  { links, shares, joiningVehPerSecond }: PlatoonFit,
  coming: readonly (readonly number[])[],
  seconds: number,
): readonly number[] {
  const expected = Array.from({ length: seconds }, () => joiningVehPerSecond);
  for (const [place, link] of links.entries()) {
    const { lagSeconds, smoothing } = dispersionOf(link);
    const next = defined(coming[place], "link");
    const share = defined(shares[place], "share");
    let near = defined(link.onWay[link.chosen], "row");
    for (let second = 0; second < seconds; second += 1) {
      const ahead = second - lagSeconds;
      near +=
        ahead < 0 ? defined(link.entered[-ahead - 1], "second") : (next[ahead] ?? link.meanVehPerSecond);
      const arriving = smoothing * near;
      near -= arriving;
      expected[second] = defined(expected[second], "second") + share * arriving;
    }
  }
  return expected;
}

/** The same without what was learnt of lags and F: α = 0.35, β = 0.8 for every link. */
export function withAssumedDispersion(fit: PlatoonFit): PlatoonFit {
  return { ...fit, links: fit.links.map((link) => ({ ...link, chosen: 0 })) };
}
