import { NativeSelect, SegmentedControl } from "@mantine/core";
import { api, ask, type Schemas } from "../api/client";
import { changePerson, type Person } from "../api/session";
import { sentence } from "../parts/states";
import { toast } from "../parts/toasts";
import { languages, useWords, type Language } from "../words/words";
import classes from "./account.module.css";
import { accountWords } from "./words";

type Preferences = Schemas["PreferencesInput"];

/** How the admin area speaks and looks. It changes at once, on every device of hers. */
export function Area({ person }: { person: Person }) {
  const say = useWords(accountWords);
  const preferences = person.preferences;
  const prefer = async (change: Preferences) => {
    changePerson({ ...person, preferences: { ...preferences, ...change } });
    try {
      changePerson(await ask(api.PATCH("/api/v1/auth/me", { body: { preferences: change } })));
    } catch (error) {
      changePerson(person);
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  return (
    <section className={`card ${classes["group"]}`} aria-labelledby="area">
      <h2 id="area">{say.area}</h2>
      <p className={classes["lead"]}>{say.areaLead}</p>
      <NativeSelect label={say.language} value={preferences.language ?? ""} size="md" className={classes["language"]} onChange={(event) => void prefer({ language: (event.currentTarget.value || null) as Language | null })}>
        <option value="">{say.asBrowser}</option>
        {Object.entries(languages).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
      </NativeSelect>
      <div className={classes["appearance"]}>
        <span id="appearance">{say.appearance}</span>
        <SegmentedControl
          aria-labelledby="appearance" value={preferences.appearance ?? "auto"} size="md" onChange={(scheme) => void prefer({ appearance: scheme === "light" || scheme === "dark" ? scheme : null })}
          data={[{ value: "auto", label: say.auto }, { value: "light", label: say.light }, { value: "dark", label: say.dark }]}
        />
      </div>
    </section>
  );
}
