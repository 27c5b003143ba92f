import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import type { LampOutput, PriorityCall } from "../../sim/field/plant.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { drive, lampsOf, laneOf, vehiclesOn } from "./drive.ts";
import {
  constantly,
  fourLegs,
  loop,
  oneApproach,
  optionsOf,
  servedCross,
  twoSignals,
  withServices,
} from "./small-networks.ts";

const START = optionsOf(1).startsAt;
const ROUTE = ["a-j", "j-b"];

/** 500 m to a signal and 500 m on, with nobody but a bus every five minutes. */
function busOnly(stops: readonly (readonly [string, number, number])[] = []): Network {
  return withServices(oneApproach("through", 1900, 0), {
    buses: [
      {
        id: "bus",
        route: ROUTE,
        departures: constantly(12),
        stops: stops.map(([link, distanceMeters, dwellSeconds]) => ({ link, distanceMeters, dwellSeconds })),
      },
    ],
  });
}

type Sample = { readonly step: number; readonly x: number; readonly speed: number; readonly link: string };

/** Where the vehicle with that serial number was after each step. */
function pathOf(network: Network, serial: number, steps: number, lamp = (_step: number): string => "G") {
  const samples: Sample[] = [];
  const model = drive(
    network,
    1,
    steps,
    (step) => lampsOf(network, { J: lamp(step) }),
    ({ state }, step) => {
      const { lanes, streets, vehicles } = state;
      for (let lane = 0; lane < streets.laneCount; lane += 1) {
        for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
          if (vehicles.serial[slot] !== serial) continue;
          const link = streets.links[streets.laneLink[lane] ?? -1]?.id ?? "";
          samples.push({ step, x: vehicles.x[slot] ?? 0, speed: vehicles.speed[slot] ?? 0, link });
        }
      }
    },
  );
  return { samples, model };
}

async function callsOf(
  network: Network,
  steps: number,
  lampsAt: (step: number) => readonly LampOutput[],
): Promise<readonly PriorityCall[]> {
  const plant = createTrafficPlant(network, optionsOf(1));
  const calls: PriorityCall[] = [];
  for (let step = 0; step < steps; step += 1) {
    const { priorityCalls } = await plant.step(lampsAt(step), { wantVehicles: false });
    for (const { at } of priorityCalls) {
      expect(at).toBeGreaterThanOrEqual(START + step * 1000);
      expect(at).toBeLessThanOrEqual(START + step * 1000 + 1000);
    }
    calls.push(...priorityCalls);
  }
  return calls;
}

describe("a bus", () => {
  it("comes regularly: 12 an hour are 300 s apart, from anywhere in the first headway", () => {
    const scheduled: number[] = [];
    const network = busOnly();
    drive(
      network,
      1,
      1500,
      () => lampsOf(network, { J: "G" }),
      ({ state }, step) => {
        if (state.tally.scheduled > scheduled.length) scheduled.push(step);
      },
    );
    expect(scheduled).toHaveLength(5);
    expect(scheduled.slice(1).map((step, k) => step - (scheduled[k] ?? 0))).toEqual([300, 300, 300, 300]);
    expect(scheduled[0]).toBeLessThan(300);
  });

  it("stands at its stops for the dwell time, which is no time loss", () => {
    const { samples } = pathOf(busOnly([["a-j", 200, 20]]), 1, 400);
    const standing = samples.filter(({ speed }) => speed === 0);
    expect(standing).toHaveLength(20);
    // 500 − 200 m, to within the distance at which a bus has arrived.
    expect(Math.abs((standing[0]?.x ?? 0) - 300)).toBeLessThan(1.5);
    const loss = (stops: Parameters<typeof busOnly>[0]): number =>
      pathOf(busOnly(stops), 1, 400).model.state.tally.timeLossSeconds;
    expect(loss([["a-j", 200, 20]])).toBeCloseTo(loss([["a-j", 200, 60]]), 9);
    // Braking from 13 m/s and gaining it again at 1.2 m/s² costs about 13/2/1.2 + 13/2/3 s.
    expect(loss([["a-j", 200, 20]]) - loss([])).toBeGreaterThan(5);
    expect(loss([["a-j", 200, 20]]) - loss([])).toBeLessThan(12);
  });

  it("makes its stops in the order of the way, however they are listed", () => {
    const stops = [["j-b", 100, 10] as const, ["a-j", 100, 10] as const, ["a-j", 300, 10] as const];
    const { samples } = pathOf(busOnly(stops), 1, 400);
    const places = samples
      .filter(({ speed }) => speed === 0)
      .map(({ link, x }) => `${link} ${Math.round(x / 10)}`);
    expect([...new Set(places)]).toEqual(["a-j 20", "a-j 40", "j-b 40"]);
  });

  it("gains no more than 1.2 m/s each second, and keeps 14.5 m of queue to itself", () => {
    const network = withServices(oneApproach("through", 1900, 600), {
      buses: [{ id: "bus", route: ROUTE, departures: constantly(120), stops: [] }],
    });
    const gained: number[] = [];
    const spacing: number[] = [];
    const before = new Map<number, number>();
    drive(
      network,
      1,
      300,
      (step) => lampsOf(network, { J: step < 200 ? "r" : "G" }),
      ({ state }, step) => {
        const { lanes, vehicles } = state;
        for (let slot = lanes.head[0] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
          const speed = vehicles.speed[slot] ?? 0;
          const serial = vehicles.serial[slot] ?? 0;
          const isBus = (vehicles.service[slot] ?? -1) >= 0;
          if (isBus && before.has(serial)) gained.push(speed - (before.get(serial) ?? 0));
          before.set(serial, speed);
          const follower = vehicles.behind[slot] ?? -1;
          if (step === 199 && isBus && follower >= 0 && (vehicles.speed[follower] ?? 0) < 0.01)
            spacing.push((vehicles.x[slot] ?? 0) - (vehicles.x[follower] ?? 0));
        }
      },
    );
    expect(Math.max(...gained)).toBeCloseTo(1.2, 9);
    expect(spacing.length).toBeGreaterThan(2);
    for (const meters of spacing) expect(Math.abs(meters - 14.5)).toBeLessThan(0.2);
  });

  it("keeps to its route, whatever the turning shares", () => {
    const network = servedCross(300);
    const made = new Map<string, Set<string>>();
    const phases = network.intersections[0]?.phases ?? [];
    const lampsAt = (step: number) => {
      const leg = "WNES"[Math.floor(step / 30) % 4] ?? "";
      const shown = phases.map(({ id }) => (step % 30 < 24 && id.startsWith(leg) ? "G" : "r")).join("");
      return lampsOf(network, { J: shown });
    };
    drive(network, 3, 1200, lampsAt, ({ state }) => {
      const { crossings, movements, services, vehicles } = state;
      for (let k = 0; k < crossings.count; k += 1) {
        const service = services[vehicles.service[crossings.vehicle[k] ?? -1] ?? -1];
        if (service === undefined) continue;
        const own = made.get(service.id) ?? new Set();
        made.set(service.id, own.add(movements.ids[crossings.movement[k] ?? -1] ?? ""));
      }
    });
    expect(Object.fromEntries([...made].map(([id, set]) => [id, [...set]]))).toEqual({
      straight: ["W-j.through"],
      turning: ["S-j.left"],
      through: ["N-j.through"],
      left: ["E-j.left"],
    });
  });
});

describe("a bus among others", () => {
  it("keeps to the kerb where it may choose", () => {
    const network = servedCross(200);
    const used = new Set<string>();
    drive(
      network,
      3,
      600,
      () => lampsOf(network, { J: "G" }),
      ({ state }) => {
        const { crossings, services, streets, vehicles } = state;
        for (let k = 0; k < crossings.count; k += 1) {
          const service = services[vehicles.service[crossings.vehicle[k] ?? -1] ?? -1];
          const lane = crossings.fromLane[k] ?? -1;
          const first = streets.linkFirstLane[streets.laneLink[lane] ?? -1] ?? -1;
          if (service?.kind === "bus") used.add(`${service.id} ${lane - first}`);
        }
      },
    );
    // Straight on from lanes 0 and 1, left from the pocket, lane 2.
    expect([...used].toSorted()).toEqual(["straight 0", "turning 2"]);
  });

  it("leaves the junction clear: six buses fit on 90 m, and the next one waits before it", () => {
    const network = withServices(twoSignals(0), {
      buses: [{ id: "bus", route: ["a-j", "j-k", "k-b"], departures: constantly(200), stops: [] }],
    });
    const model = drive(network, 1, 900, () => lampsOf(network, { J: "Gr", K: "r" }));
    const { vehicles } = model.state;
    const between = vehiclesOn(model, laneOf(model, "j-k", 0)).map((slot) => vehicles.x[slot] ?? 0);
    // Fronts at 89, 74.5, … 16.5 m, of 12 m each.
    expect(between).toHaveLength(6);
    expect(between.at(-1)).toBeGreaterThan(12);
    expect(vehiclesOn(model, laneOf(model, "a-j", 0)).length).toBeGreaterThan(5);
  });

  it("covers a loop for its whole length", async () => {
    const cars = oneApproach("through", 1900, 0, [loop("d", "advance", "a-j", "0", 98)]);
    const network = withServices(cars, { buses: busOnly().demand?.buses ?? [] });
    const plant = createTrafficPlant(network, optionsOf(1));
    const at: number[] = [];
    for (let step = 0; step < 400; step += 1) {
      const lamps = lampsOf(network, { J: "G" });
      at.push(
        ...(await plant.step(lamps, { wantVehicles: false })).actuations.map((actuation) => actuation.at),
      );
    }
    const { samples } = pathOf(network, 1, 400);
    const speed = samples.find(({ x }) => x > 400)?.speed ?? Number.NaN;
    // A loop of 2 m and a bus of 12 m at its desired speed.
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeCloseTo((14 / speed) * 1000, -1);
  });
});

describe("an emergency vehicle", () => {
  it("drives 30 % faster than allowed where nobody is in its way", () => {
    const network = withServices(oneApproach("through", 1900, 0), {
      emergency: [{ id: "ambulance", route: ROUTE, departures: constantly(60) }],
    });
    const { samples } = pathOf(network, 1, 200);
    expect(Math.max(...samples.map(({ speed }) => speed))).toBeCloseTo(1.3 * 13.9, 9);
  });
});

describe("check-in and check-out", () => {
  it("are 150 m before the stop line and at it, to the millisecond of the way in between", async () => {
    const { samples } = pathOf(busOnly(), 1, 400);
    const at = (front: number): number => {
      const k = samples.findIndex(({ link, x }) => link === "a-j" && x >= front);
      const [now, before] = [samples[k], samples[k - 1]];
      if (now === undefined || before === undefined) throw new Error("the bus passes there");
      return START + Math.round((now.step + (front - before.x) / (now.x - before.x)) * 1000);
    };
    const network = busOnly();
    const calls = await callsOf(network, 400, () => lampsOf(network, { J: "G" }));
    const common = { intersection: "J", kind: "bus", link: "a-j", vehicle: "bus.1" };
    expect(calls[0]).toEqual({ ...common, at: at(350), checkedIn: true });
    expect(calls[1]).toMatchObject({ ...common, checkedIn: false });
    const last = samples.filter(({ link, x }) => link === "a-j" && x <= 500).at(-1);
    const rest = (500 - (last?.x ?? 0)) / (last?.speed ?? 1);
    expect(calls[1]?.at).toBeCloseTo(START + ((last?.step ?? 0) + 1 + rest) * 1000, -1);
  });

  it("wait for the doors: a bus whose stop is nearer to the signal checks in as it goes on", async () => {
    const network = busOnly([["a-j", 60, 20]]);
    const { samples } = pathOf(network, 1, 400);
    const calls = await callsOf(network, 400, () => lampsOf(network, { J: "G" }));
    const lastStanding = samples.filter(({ speed }) => speed === 0).at(-1)?.step ?? 0;
    expect(calls[0]).toMatchObject({ checkedIn: true, at: START + (lastStanding + 1) * 1000 });
  });

  it("come at every signal of the route, on a link shorter than 150 m as the vehicle comes onto it", async () => {
    const network = withServices(twoSignals(0), {
      buses: [{ id: "bus", route: ["a-j", "j-k", "k-b"], departures: constantly(12), stops: [] }],
    });
    const calls = await callsOf(network, 400, () => lampsOf(network, { J: "Gr", K: "G" }));
    expect(
      calls.slice(0, 4).map(({ checkedIn, intersection, link }) => [intersection, link, checkedIn]),
    ).toEqual([
      ["J", "a-j", true],
      ["J", "a-j", false],
      ["K", "j-k", true],
      ["K", "j-k", false],
    ]);
    expect((calls[2]?.at ?? 0) - (calls[1]?.at ?? 0)).toBeLessThanOrEqual(1000);
  });

  it("come in pairs for every vehicle, in the order of time, and under red the second is missing", async () => {
    const network = servedCross(400);
    const phases = network.intersections[0]?.phases ?? [];
    const calls = await callsOf(network, 1200, (step) => {
      const leg = "WNES"[Math.floor(step / 30) % 4] ?? "";
      const open = step < 1000 && step % 30 < 24;
      return lampsOf(network, {
        J: phases.map(({ id }) => (open && id.startsWith(leg) ? "G" : "r")).join(""),
      });
    });
    expect(calls.every(({ at }, k) => at >= (calls[k - 1]?.at ?? 0))).toBe(true);
    const perVehicle = new Map<string, PriorityCall[]>();
    for (const call of calls) perVehicle.set(call.vehicle, [...(perVehicle.get(call.vehicle) ?? []), call]);
    const rows = [...perVehicle.values()].map((own) => own.map(({ checkedIn }) => checkedIn).join());
    expect(new Set(rows)).toEqual(new Set(["true,false", "true"]));
    expect(rows.filter((row) => row === "true,false").length).toBeGreaterThan(30);
    for (const [one, other] of perVehicle.values()) expect(other?.link ?? one?.link).toBe(one?.link);
    const lastOut = calls.filter(({ checkedIn }) => !checkedIn).at(-1)?.at ?? 0;
    expect(lastOut).toBeLessThan(START + 1_000_000);
    expect(new Set(calls.map(({ kind, link }) => `${kind} ${link}`))).toEqual(
      new Set(["bus W-j", "bus S-j", "emergency N-j", "emergency E-j"]),
    );
  });
});

/** When each vehicle was scheduled, of which service, and what it drew. */
const scheduledOf = (network: Network, lamp: string) => {
  const seen: string[] = [];
  const known = new Set<number>();
  drive(
    network,
    5,
    600,
    () => lampsOf(network, { J: lamp }),
    ({ entries, state }, step) => {
      // Everybody who came in this second is on the street or in a queue outside at its end.
      const { lanes, streets, vehicles } = state;
      const note = (slot: number): void => {
        const serial = vehicles.serial[slot] ?? 0;
        if (known.has(serial)) return;
        known.add(serial);
        seen.push(`${step} ${vehicles.service[slot]} ${vehicles.turnSeed[slot]} ${vehicles.factor[slot]}`);
      };
      for (let lane = 0; lane < streets.laneCount; lane += 1)
        for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) note(slot);
      for (const { heads } of entries)
        for (const head of heads)
          for (let slot = head; slot >= 0; slot = vehicles.behind[slot] ?? -1) note(slot);
    },
  );
  return seen.toSorted();
};

describe("services are demand", () => {
  it("that does not depend on control", () => {
    expect(scheduledOf(servedCross(400), "r")).toEqual(scheduledOf(servedCross(400), "g"));
  });

  it("and that leaves the cars as they are", () => {
    const cars = scheduledOf(fourLegs(400), "r");
    const withBuses = scheduledOf(servedCross(400), "r");
    expect(withBuses.length).toBeGreaterThan(cars.length + 20);
    expect(withBuses.filter((row) => row.split(" ")[1] === "-1")).toEqual(cars);
  });
});
