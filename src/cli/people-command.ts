import type { CAC } from "cac";
import { ROLES, TOKEN_PERMISSIONS } from "../model/role.ts";
import { HOST_DEFAULT, PORT_DEFAULT } from "./engine-host.ts";
import type { RawOptions } from "./options.ts";
import { people, PEOPLE_ACTIONS, TOKEN_DAYS_DEFAULT } from "./people.ts";

/** `phasewise people`. */
export function peopleCommandOf(program: CAC): void {
  program
    .command(
      "people <action> [name]",
      `${PEOPLE_ACTIONS.join(", ")}: who may sign in to the console and which machines may read, in .phasewise/people.json; a running engine follows at once. \`add\` and \`link\` print a link by which the person sets a password, once; \`token\` prints a machine's token, once`,
    )
    .option("--role <role>", `add, role: ${ROLES.join(", ")}`)
    .option("--may <permissions>", `token: some of ${TOKEN_PERMISSIONS.join(", ")}, with commas between them`)
    .option("--days <n>", `token: how long it is good (default: ${TOKEN_DAYS_DEFAULT})`)
    .option(
      "--engine <url>",
      `Where the console is, for links (default: http://${HOST_DEFAULT}:${PORT_DEFAULT})`,
    )
    .option("--json [file]", "The result as JSON, as the last line or in the file")
    .example("phasewise people add ann --role operator")
    .example("phasewise people link ann --engine https://signals.example")
    .example("phasewise people token wall-1 --may view --days 365")
    .action(
      async (action: string, name: string | undefined, options: RawOptions) =>
        await people(action, name, options),
    );
}
