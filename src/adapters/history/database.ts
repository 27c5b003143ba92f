import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  type DuckDBValue,
  USMALLINT,
  VARCHAR,
} from "@duckdb/node-api";
import { defined } from "../../assert.ts";
import { messageOf, PhasewiseError } from "../../errors.ts";
import type { StoreTable } from "../../ports/store.ts";
import type { FilePosition } from "../durable-lines.ts";
import {
  type ColumnBatch,
  type ColumnType,
  SCHEMA_VERSION,
  TABLE_NAMES,
  TABLES,
  type Value,
} from "./tables.ts";

/** Where the rows come from: what an export is divided by. */
export type HistoryNetwork = {
  readonly id: string;
  readonly timeZone: string;
  /** By intersection. */
  readonly regions: ReadonlyMap<string, string>;
};

/** How far the journal has been taken, and what is to come of each controller's log. */
export type Progress = FilePosition & {
  /** Number of the next event, by intersection. */
  readonly nextEvent: ReadonlyMap<string, number>;
};

/** Threads of the database's own beside the one that asks: the engine has the cores. */
const THREADS = 1;
const MEMORY = "512MB";

/** Rows that DuckDB takes at once. */
const CHUNK_ROWS = 2_048;

const TYPES = { BIGINT, USMALLINT, DOUBLE, VARCHAR } as const satisfies Record<ColumnType, unknown>;

/** The database in its file, with tables of this build's version. One call at a time. */
export class HistoryDatabase {
  readonly #path: string;
  #instance: DuckDBInstance | undefined;
  #connection: DuckDBConnection | undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Opens the file, which is made where it is not there.
   *
   * @throws PhasewiseError DATA_INVALID for a file of a newer build, RUN_IN_USE while another process has it, STORE_FAILED
   */
  static async open(path: string): Promise<HistoryDatabase> {
    const database = new HistoryDatabase(path);
    await database.reopen();
    return database;
  }

  /** Anew: after some failures, such as a full disk, DuckDB answers nothing more until then. */
  async reopen(): Promise<void> {
    this.close();
    try {
      const instance = await DuckDBInstance.create(this.#path, {
        threads: String(THREADS),
        memory_limit: MEMORY,
        // Nothing is ever fetched from anywhere.
        autoinstall_known_extensions: "false",
      });
      this.#instance = instance;
      this.#connection = await instance.connect();
      await this.run("SET TimeZone = 'UTC'");
      await this.#makeTables();
    } catch (cause) {
      this.close();
      throw openingFailed(this.#path, cause);
    }
  }

  close(): void {
    this.#connection?.closeSync();
    this.#instance?.closeSync();
    this.#connection = undefined;
    this.#instance = undefined;
  }

  async run(sql: string, values: readonly DuckDBValue[] = []): Promise<DuckDBMaterializedResult> {
    return await this.#open.run(sql, [...values]);
  }

  /** Rows of a query, all of them. */
  async rows(sql: string, values: readonly DuckDBValue[] = []): Promise<readonly (readonly DuckDBValue[])[]> {
    return await (await this.run(sql, values)).getRows();
  }

  /** Ends what is being asked; it fails. */
  interrupt(): void {
    this.#connection?.interrupt();
  }

  /** Takes rows, and how far the journal has come with them: both or none. */
  async load(batches: readonly ColumnBatch[], progress: Progress): Promise<void> {
    await this.run("BEGIN TRANSACTION");
    try {
      for (const table of TABLE_NAMES) {
        const own = batches.filter((batch) => batch.table === table);
        if (own.length > 0) await this.#append(table, own);
      }
      const next = JSON.stringify(Object.fromEntries(progress.nextEvent));
      await this.run("UPDATE progress SET file = $1, bytes = $2, next_event = $3", [
        BigInt(progress.file),
        BigInt(progress.bytes),
        next,
      ]);
      await this.run("COMMIT");
    } catch (cause) {
      await this.run("ROLLBACK").catch(() => undefined);
      throw cause;
    }
  }

  async progress(): Promise<Progress> {
    const [row] = await this.rows("SELECT file::DOUBLE, bytes::DOUBLE, next_event FROM progress");
    const [file, bytes, next] = defined(row, "the row of progress");
    const numbers: unknown = JSON.parse(String(next));
    const nextEvent = new Map<string, number>(
      Object.entries(numbers !== null && typeof numbers === "object" ? numbers : {}).map(([id, number]) => [
        id,
        Number(number),
      ]),
    );
    return { file: Number(file), bytes: Number(bytes), nextEvent };
  }

  /** Whose rows these are. */
  async about(): Promise<{ readonly version: number; readonly network: string; readonly timeZone: string }> {
    const told = new Map(
      (await this.rows("SELECT name, value FROM about")).map(([name, value]) => [
        String(name),
        String(value),
      ]),
    );
    return {
      version: Number(told.get("version")),
      network: told.get("network") ?? "",
      timeZone: told.get("timeZone") ?? "UTC",
    };
  }

  /** Writes down whose rows these are. */
  async describe({ id, timeZone, regions }: HistoryNetwork): Promise<void> {
    await this.run("BEGIN TRANSACTION");
    await this.run("DELETE FROM about WHERE name IN ('network', 'timeZone')");
    await this.run("INSERT INTO about VALUES ('network', $1), ('timeZone', $2)", [id, timeZone]);
    await this.run("DELETE FROM places");
    await this.run(
      `INSERT INTO places SELECT unnest(from_json($1, '["VARCHAR"]')), unnest(from_json($2, '["VARCHAR"]'))`,
      [JSON.stringify([...regions.keys()]), JSON.stringify([...regions.values()])],
    );
    await this.run("COMMIT");
  }

  get #open(): DuckDBConnection {
    if (this.#connection === undefined) throw new Error(`${this.#path} is closed`);
    return this.#connection;
  }

  async #makeTables(): Promise<void> {
    const version = await this.#version();
    if (version !== undefined && version > SCHEMA_VERSION) {
      throw new PhasewiseError(
        "DATA_INVALID",
        `${this.#path}: history of version ${version}, this phasewise knows versions up to ${SCHEMA_VERSION}; ` +
          "use the newer phasewise, or move the file away",
      );
    }
    if (version !== undefined) return;
    await this.run("BEGIN TRANSACTION");
    await this.run("CREATE TABLE about (name VARCHAR, value VARCHAR)");
    await this.run("INSERT INTO about VALUES ('version', $1)", [String(SCHEMA_VERSION)]);
    await this.run("CREATE TABLE places (intersection VARCHAR, region VARCHAR)");
    await this.run("CREATE TABLE progress (file BIGINT, bytes BIGINT, next_event VARCHAR)");
    await this.run("INSERT INTO progress VALUES (0, 0, '{}')");
    for (const table of TABLE_NAMES) {
      const columns = TABLES[table].map(
        ({ name, type, nullable }) => `${name} ${type}${nullable ? "" : " NOT NULL"}`,
      );
      await this.run(`CREATE TABLE ${table} (${columns.join(", ")})`);
    }
    await this.run("COMMIT");
  }

  /** `undefined` where the file is new. */
  async #version(): Promise<number | undefined> {
    const [known] = await this.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'about'");
    if (known === undefined) return undefined;
    const [row] = await this.rows("SELECT value FROM about WHERE name = 'version'");
    return Number(row?.[0]);
  }

  async #append(table: StoreTable, batches: readonly ColumnBatch[]): Promise<void> {
    const columns = TABLES[table];
    const appender = await this.#open.createAppender(table);
    const chunk = DuckDBDataChunk.create(columns.map(({ type }) => TYPES[type]));
    for (const batch of batches) {
      const rows = batch.columns[0]?.length ?? 0;
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        const to = Math.min(rows, from + CHUNK_ROWS);
        chunk.reset();
        chunk.rowCount = to - from;
        for (const [index, { type }] of columns.entries()) {
          const values = defined(batch.columns[index], "column").slice(from, to);
          chunk.setColumnValues(index, type === "BIGINT" ? values.map(wholeNumber) : values);
        }
        appender.appendDataChunk(chunk);
      }
    }
    appender.closeSync();
  }
}

function wholeNumber(value: Value): DuckDBValue {
  return typeof value === "number" ? BigInt(value) : value;
}

function openingFailed(path: string, cause: unknown): PhasewiseError {
  if (cause instanceof PhasewiseError) return cause;
  const message = messageOf(cause);
  if (message.includes("Conflicting lock")) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    const who = holder === undefined ? "another process" : `process ${holder}`;
    return new PhasewiseError("RUN_IN_USE", `${path} is held by ${who}; end that run first`, { cause });
  }
  return new PhasewiseError("STORE_FAILED", `cannot open the history ${path}: ${message}`, { cause });
}
