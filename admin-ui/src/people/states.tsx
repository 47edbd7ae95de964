import { IconBan, IconKey, IconSignature } from "@tabler/icons-react";
import { StateChip } from "../parts/chip";
import { useWords } from "../words/words";
import classes from "./people.module.css";
import { roles, type Person, type Role } from "./data";
import { peopleWords } from "./words";

/** Whether somebody signs in: with an account, by name only, or no more. */
export function SignInState({ person }: { person: Person }) {
  const say = useWords(peopleWords);
  if (person.disabled) return <StateChip icon={IconBan} tone="trash">{say.disabled}</StateChip>;
  if (person.email === null) return <StateChip icon={IconSignature}>{say.noSignIn}</StateChip>;
  return <StateChip icon={IconKey}>{say.signsIn}</StateChip>;
}

/** Chooses a role, each with what it may do. */
export function RoleChoice({ value, disabled, onChange }: { value: Role; disabled?: boolean; onChange(role: Role): void }) {
  const say = useWords(peopleWords);
  return (
    <fieldset className={classes["roles"]} disabled={disabled}>
      <legend>{say.role}</legend>
      {roles.map((role) => (
        <label key={role} className={classes["choice"]} data-chosen={role === value || undefined}>
          <input type="radio" name="role" value={role} checked={role === value} aria-describedby={`role-${role}`} aria-labelledby={`role-${role}-name`} onChange={() => onChange(role)} />
          <b id={`role-${role}-name`}>{say.roles[role].name}</b>
          <span id={`role-${role}`}>{say.roles[role].may}</span>
        </label>
      ))}
    </fieldset>
  );
}
