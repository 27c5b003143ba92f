import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { ChangeActKind, ChangeView } from "../../../protocol/change.ts";
import type { Permission } from "../../../model/role.ts";
import { askChange } from "../../data/changes.ts";
import { whyNotPresent } from "../../data/present.ts";
import { may } from "../../data/person.ts";

/** What a role lacks, in words. */
const LACKS: Readonly<Partial<Record<Permission, string>>> = {
  draft: "your role may not draft, schedule or roll back changes: signal engineers may",
  approve: "your role may not approve changes: signal and safety engineers may",
};

/** Why the person at the screen cannot do something with a change now; null where he can. */
export function refusalOf(
  change: ChangeView | null,
  kind: ChangeActKind,
  permission: Permission,
): string | null {
  if (whyNotPresent.value !== null) return whyNotPresent.value;
  if (!may(permission)) return LACKS[permission] ?? "your role may not do this";
  return change?.refusals[kind] ?? null;
}

type Props = {
  readonly change: ChangeView;
  readonly kind: ChangeActKind;
  readonly permission: Permission;
  /** The last part of the address, with its slash. */
  readonly path: string;
  readonly label: string;
  /** What is asked before it is done: a second step, with a reason. */
  readonly question?: string | undefined;
  /** What would be done, beneath the question. */
  readonly children?: ComponentChildren;
  readonly primary?: boolean;
};

/** An act on a change in two steps: what would be done with a reason, then the doing; or disabled, with why. */
export function ActButton({
  change,
  kind,
  permission,
  path,
  label,
  question,
  children,
  primary,
}: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const id = useId();
  const refusal = refusalOf(change, kind, permission);
  const send = async (body: object): Promise<void> => {
    setBusy(true);
    const { refusal: told } = await askChange("POST", `/${change.id}${path}`, body);
    setBusy(false);
    setRefused(told);
    if (told === null) {
      setOpen(false);
      setReason("");
    }
  };
  if (!open || refusal !== null) {
    return (
      <span class="act">
        <button
          type="button"
          class={primary === true ? "primary" : ""}
          disabled={refusal !== null || busy}
          title={refusal ?? undefined}
          onClick={() => (question === undefined ? void send({}) : setOpen(true))}
        >
          {question === undefined ? label : `${label}…`}
        </button>
        {refused !== null && <Refused text={refused} />}
      </span>
    );
  }
  return (
    <form
      class="act-form"
      aria-label={`${label} ${change.id}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send({ reason: reason.trim() });
      }}
    >
      <p>{question}</p>
      {children}
      <label for={id}>Reason</label>
      <input
        id={id}
        required
        maxLength={300}
        value={reason}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <div class="act-buttons">
        <button type="submit" class="primary" disabled={busy || reason.trim() === ""}>
          {label} {change.id}
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          Back
        </button>
      </div>
      {refused !== null && <Refused text={refused} />}
    </form>
  );
}

export function Refused({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="refused" role="alert">
      <span class="badge badge-p3">◆ not done</span> {text}
    </p>
  );
}
