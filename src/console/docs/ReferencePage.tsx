import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiAnswer, getJson } from "../data/api.ts";
import { type Group, groupsOf, type OpenApi, type Operation, type Schema, schemaLines } from "./reference.ts";

/** Every operation of the server, out of its own description. */
export function ReferencePage(): JSX.Element {
  const answer = useSignal<ApiAnswer<OpenApi> | null>(null);
  useEffect(() => {
    void getJson<OpenApi>("api/openapi.json").then((told) => (answer.value = told));
  }, [answer]);
  const told = answer.value;
  // The browser looked for the operation of the address before there was any.
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), [told]);
  if (told === null)
    return (
      <main class="reference">
        <p class="dim">The description is being read.</p>
      </main>
    );
  if (!told.ok) {
    return (
      <main class="reference">
        <h1>Phasewise API</h1>
        <p role="alert">The description cannot be read: {told.fault.message}</p>
      </main>
    );
  }
  const groups = groupsOf(told.value, new URL(".", location.href).href.replace(/\/$/, ""));
  return (
    <div class="reference-page">
      <Contents groups={groups} />
      <main class="reference">
        <h1>{told.value.info.title} API</h1>
        <p>{told.value.info.description}</p>
        <p>
          The same for machines: <a href="api/openapi.json">OpenAPI 3.1</a>, and the messages of the
          WebSockets as <a href="api/schemas">JSON Schema</a>.
        </p>
        {groups.map((group) => (
          <section key={group.name} aria-labelledby={`group-${group.name}`}>
            <h2 id={`group-${group.name}`}>{group.name}</h2>
            <p class="dim">{group.about}</p>
            {group.operations.map((operation) => (
              <OperationCard key={operation.id} operation={operation} />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}

function Contents({ groups }: { readonly groups: readonly Group[] }): JSX.Element {
  return (
    <nav class="reference-contents" aria-label="Operations" tabIndex={0}>
      <a href="./">← console</a>
      {groups.map(({ name, operations }) => (
        <div key={name}>
          <h2>{name}</h2>
          <ul>
            {operations.map(({ id, method, path }) => (
              <li key={id}>
                <a href={`#${id}`}>
                  <b>{method}</b> {path}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function OperationCard({ operation }: { readonly operation: Operation }): JSX.Element {
  const { id, method, path, summary, about, whoMay, parameters, body, answers, example } = operation;
  return (
    <article class="operation" id={id} aria-labelledby={`${id}-name`}>
      <h3 id={`${id}-name`}>
        <b>{method}</b> <code>{path}</code>
      </h3>
      <p>{summary}</p>
      {about !== "" && <p class="dim">{about}</p>}
      {whoMay !== "" && <p class="dim">Who may: {whoMay}</p>}
      {parameters.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Parameters of ${method} ${path}`}>
          <table>
            <caption>Parameters</caption>
            <tbody>
              {parameters.map(({ name, where, required, allowed }) => (
                <tr key={`${where} ${name}`}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td>{where}</td>
                  <td>{required ? "needed" : "may be left out"}</td>
                  <td>{allowed}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {body !== null && <SchemaTable caption="Body, application/json" schema={body} />}
      <dl class="answers">
        {answers.map((answer) => (
          <div key={answer.status}>
            <dt>{answer.status}</dt>
            <dd>
              {answer.about}
              {answer.content.map(({ type, schema }) => (
                <SchemaTable key={type} caption={type} schema={schema} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <pre tabIndex={0} aria-label={`Example of ${method} ${path}`}>
        {example}
      </pre>
    </article>
  );
}

/** Longer ones, and those of a sentence alone, are opened when somebody wants them. */
const LINES_SHOWN = { least: 2, most: 8 } as const;

function SchemaTable({
  caption,
  schema,
}: {
  readonly caption: string;
  readonly schema: Schema;
}): JSX.Element {
  const lines = schemaLines(schema);
  if (lines.length === 0) return <span class="dim"> {caption}</span>;
  return (
    <details open={lines.length >= LINES_SHOWN.least && lines.length <= LINES_SHOWN.most}>
      <summary>
        {caption}, {lines.length} {lines.length === 1 ? "field" : "fields"}
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Fields: ${caption}`}>
        <table>
          <tbody>
            {lines.map(({ depth, name, required, allowed, about }, index) => (
              <tr key={index}>
                <th scope="row" style={{ paddingLeft: `${depth * 1.2}rem` }}>
                  <code>{name}</code>
                </th>
                <td>{required ? "" : "optional"}</td>
                <td>
                  {allowed} <span class="dim">{about}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
