import type { JSX } from "preact";
import { type SignInStep, step } from "../../data/sign-in.ts";
import { theme, toggleTheme } from "../../data/theme.ts";
import { Mark } from "../parts/Mark.tsx";
import { Bands } from "./Bands.tsx";
import { NewPasswordForm, PasswordForm, SetUpForm } from "./forms.tsx";

export function SignInPage(): JSX.Element {
  return (
    <div class="entrance">
      <Bands />
      <main class="entrance-card">
        <h1>
          <Mark /> Phasewise
        </h1>
        <Step step={step.value} />
      </main>
      <footer class="entrance-foot">
        <p>Sign-ins and everything done in the console are kept in the audit trail.</p>
        <button type="button" onClick={toggleTheme}>
          {theme.value === "dark" ? "Light" : "Dark"}
        </button>
      </footer>
    </div>
  );
}

function Step({ step: shown }: { readonly step: SignInStep }): JSX.Element {
  if (shown.kind === "password") return <PasswordForm />;
  if (shown.kind === "setUp") return <SetUpForm link={shown.link} />;
  if (shown.kind === "newPassword") return <NewPasswordForm {...shown} />;
  return (
    <p class="entrance-working" role="status">
      {shown.text} …
    </p>
  );
}
