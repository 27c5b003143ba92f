import type { ComponentChildren, ComponentProps, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ROLE_WORDS } from "../../data/person.ts";
import { busy, enter, fault } from "../../data/sign-in.ts";

const PASSWORD_MIN = 12;

export function PasswordForm(): JSX.Element {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <Form title="Sign in" action="Sign in" send={() => enter({ name, password })}>
      <Name value={name} set={setName} />
      <Password value={password} set={setPassword} autocomplete="current-password" />
      <p class="dim">
        No password, or a forgotten one? An administrator makes you a link, in the console or by{" "}
        <code>phasewise people link</code>.
      </p>
    </Form>
  );
}

export function SetUpForm({ link }: { readonly link: string }): JSX.Element {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  return (
    <Form
      title="Make the first administrator"
      action="Make and sign in"
      send={() => enter({ link, name, password })}
    >
      <p class="dim">
        An administrator lets others in and commands no signals. This link works once; there is no default
        password.
      </p>
      <Name value={name} set={setName} />
      <Password value={password} set={setPassword} autocomplete="new-password" />
    </Form>
  );
}

export function NewPasswordForm(props: {
  readonly link: string;
  readonly name: string;
  readonly role: string;
}): JSX.Element {
  const { link, name, role } = props;
  const [password, setPassword] = useState("");
  const words: Readonly<Record<string, string>> = ROLE_WORDS;
  return (
    <Form title={`A password for ${name}`} action="Set and sign in" send={() => enter({ link, password })}>
      <p class="dim">
        {name} is {words[role] ?? role} here. Setting a password ends every other session of {name}.
      </p>
      {/* Password managers keep a password by its name. */}
      <input
        class="spoken"
        type="text"
        autocomplete="username"
        value={name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Password value={password} set={setPassword} autocomplete="new-password" />
    </Form>
  );
}

type FormProps = {
  readonly title: string;
  readonly action: string;
  readonly send: () => Promise<void>;
  readonly children: ComponentChildren;
};

function Form({ title, action, send, children }: FormProps): JSX.Element {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLInputElement>("input:not([readonly])")?.focus(), []);
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!busy.peek()) void send();
  };
  return (
    <form ref={form} class="entrance-form" onSubmit={onSubmit} aria-labelledby="entrance-title">
      <h2 id="entrance-title">{title}</h2>
      <div role="alert">
        {fault.value !== null && (
          <p class="entrance-fault">
            <span aria-hidden="true">▲</span> {fault.value}
          </p>
        )}
      </div>
      {children}
      <button type="submit" class="entrance-go" aria-disabled={busy.value}>
        {busy.value ? "Checking …" : action}
      </button>
    </form>
  );
}

type FieldProps = { readonly value: string; readonly set: (value: string) => void };

function Name({ value, set }: FieldProps): JSX.Element {
  return (
    <label class="entrance-field">
      Name
      <input
        type="text"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        maxLength={64}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
}

type PasswordInput = Pick<
  ComponentProps<"input">,
  "id" | "autocomplete" | "required" | "minLength" | "aria-describedby" | "value" | "onInput"
>;

function Password(
  props: FieldProps & { readonly autocomplete: "current-password" | "new-password" },
): JSX.Element {
  const { value, set, autocomplete } = props;
  const [shown, setShown] = useState(false);
  const isNew = autocomplete === "new-password";
  const length = Array.from(value).length;
  const field: PasswordInput = {
    id: "password",
    autocomplete,
    required: true,
    minLength: isNew ? PASSWORD_MIN : undefined,
    "aria-describedby": isNew ? "password-hint" : undefined,
    value,
    onInput: ({ currentTarget }) => set(currentTarget.value),
  };
  return (
    <div class="entrance-field">
      <label for="password">{isNew ? "New password" : "Password"}</label>
      <span class="entrance-password">
        {shown ? <input {...field} type="text" /> : <input {...field} type="password" />}
        <button type="button" aria-pressed={shown} aria-controls="password" onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}
        </button>
      </span>
      {isNew && (
        <small id="password-hint">
          At least {PASSWORD_MIN} characters, without the name: a few unrelated words do well.{" "}
          {length > 0 && length < PASSWORD_MIN && `${PASSWORD_MIN - length} more.`}
        </small>
      )}
    </div>
  );
}
