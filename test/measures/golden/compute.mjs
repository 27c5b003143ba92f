// Makes the golden files: `node test/measures/golden/compute.mjs [FOLDER OF THE DATA [BEGIN OF A NAME]]`. Results only, never the data.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

const here = dirname(fileURLToPath(import.meta.url));
/** Only the runs whose name begins so. */
const only = process.argv[3] ?? "";
const data = process.argv[2] ?? join(here, "../../../../shared/data/forecast");

const sql = readFileSync(join(here, "measures.sql"), "utf8");
const [preparation = "", ...named] = sql.split(/^-- name: /m);

const odot = `
  CREATE OR REPLACE TABLE log AS SELECT row_number() OVER () AS n, DeviceId::VARCHAR AS device, TimeStamp AS stamp, EventId AS code, Parameter AS parameter
    FROM read_csv('${data}/odot_hires_3signals_2024-05-13_15-18h.csv', types = {'TimeStamp': 'TIMESTAMP'}, parallel = false);
  CREATE OR REPLACE TABLE config AS SELECT DeviceId::VARCHAR AS device, Phase AS phase, Function AS function, Parameter AS channel
    FROM read_csv('${data}/odot_hires_3signals_config.csv');`;

const noConfig = `CREATE OR REPLACE TABLE config AS SELECT ''::VARCHAR AS device, 0 AS phase, ''::VARCHAR AS function, 0 AS channel WHERE false;`;

const utahTerminations = `
  CREATE OR REPLACE TABLE log AS SELECT row_number() OVER () AS n, column0::VARCHAR AS device, strptime(column1, '%-m/%-d/%Y %H:%M:%S.%g') AS stamp, column2 AS code, column3 AS parameter
    FROM read_csv('${data}/udot/7115TerminationData.csv', header = false, types = {'column1': 'VARCHAR'}, parallel = false);
  ${noConfig}`;

const utahVolumes = `
  CREATE OR REPLACE TABLE log AS SELECT row_number() OVER () AS n, location AS device,
      make_timestamp(2023, 4, 17, split_part(clock, ':', 1)::BIGINT, split_part(clock, ':', 2)::BIGINT, split_part(clock, ':', 3)::DOUBLE) AS stamp, code, parameter
    FROM (SELECT "Location Id"::VARCHAR AS location, split_part("Timestamp", ' ', 2) AS clock, "Event Code" AS code, "Event Parameter" AS parameter
      FROM read_csv('${data}/udot/ApproachVolumeTestLogs.csv', types = {'Timestamp': 'VARCHAR'}, parallel = false));
  CREATE OR REPLACE TABLE config AS SELECT * FROM (VALUES ('7115', 2, 'Advance', 2), ('7115', 6, 'Advance', 6)) AS t(device, phase, function, channel);`;

// A list of <Event ID="" TimeStamp="" EventTypeID="" Parameter="" />.
const utahMaxtime = `
  CREATE OR REPLACE TABLE log AS SELECT regexp_extract(tag, ' ID="(\\d+)"', 1)::BIGINT AS n, '1015' AS device,
      strptime(regexp_extract(tag, 'TimeStamp="([^"]*)"', 1), '%-m-%-d-%Y %-H:%-M:%-S.%g') AS stamp,
      regexp_extract(tag, 'EventTypeID="(\\d+)"', 1)::INTEGER AS code, regexp_extract(tag, 'Parameter="(-?\\d+)"', 1)::INTEGER AS parameter
    FROM (SELECT unnest(regexp_extract_all(content, '<Event [^>]*>')) AS tag FROM read_text('${data}/udot/638572533917628534.xml'));
  ${noConfig}`;

// Four bytes a record behind the header: code, parameter, tenths of a second since the start.
const utahEconolite = `
  CREATE OR REPLACE TABLE log AS WITH file AS (SELECT hex(content) AS h FROM read_blob('${data}/udot/4895_ECON_2024_02_21_1115.dat')),
    body AS (SELECT substr(h, instr(h, hex('Phases in use:'))) AS h FROM file),
    records AS (SELECT substr(h, 3 + 2 * (instr(regexp_replace(h, '(..)', '\\1 ', 'g'), '0A ') - 1) // 3) AS h FROM body)
    SELECT i AS n, '4895' AS device, ('0x' || substr(h, 8 * i + 1, 2))::INTEGER AS code, ('0x' || substr(h, 8 * i + 3, 2))::INTEGER AS parameter,
      TIMESTAMP '2024-02-21 11:15:00' + to_milliseconds(100 * ('0x' || substr(h, 8 * i + 5, 4))::INTEGER) AS stamp
    FROM (SELECT h, unnest(generate_series(0, length(h) // 8 - 1)) AS i FROM records);
  ${noConfig}`;

const runs = [
  {
    name: "odot",
    tables: odot,
    measures: [
      "aog",
      "approach-delay",
      "split-failure",
      "terminations",
      "pedestrian-delay",
      "approach-volume",
      "yellow-red",
      "phase-wait",
    ],
  },
  { name: "utah-7115-terminations", tables: utahTerminations, measures: ["terminations"] },
  { name: "utah-7115-volumes", tables: utahVolumes, measures: ["approach-volume"] },
  { name: "utah-maxtime", tables: utahMaxtime, measures: ["terminations", "pedestrian-delay", "phase-wait"] },
  { name: "utah-econolite", tables: utahEconolite, measures: ["terminations", "phase-wait"] },
];

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
for (const { name, tables, measures } of runs.filter((run) => run.name.startsWith(only))) {
  await connection.run(tables);
  await connection.run(preparation);
  for (const measure of measures) {
    const statement = named.find((one) => one.startsWith(`${measure}\n`))?.slice(measure.length);
    if (statement === undefined) throw new Error(`measures.sql has no ${measure}`);
    const rows = (await connection.runAndReadAll(statement)).getRowObjectsJson();
    const lines = rows.map((row) => JSON.stringify(numbersIn(row)));
    writeFileSync(join(here, `${name}.${measure}.json`), `[\n${lines.join(",\n")}\n]\n`);
    console.log(`${name} ${measure}: ${rows.length} rows`);
  }
}

/** DuckDB writes whole numbers of 64 bits as text. */
function numbersIn(row) {
  const text = new Set(["device", "phase", "approach", "counted"]);
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, text.has(key) || value === null ? value : Number(value)]),
  );
}
