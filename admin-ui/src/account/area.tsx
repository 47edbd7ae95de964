import { NativeSelect, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { languages, setLanguage, useLanguage, useWords, type Language } from "../words/words";
import classes from "./account.module.css";
import { accountWords } from "./words";

type Scheme = ReturnType<typeof useMantineColorScheme>["colorScheme"];

/** How the admin area speaks and looks on this device. It changes at once. */
export function Area() {
  const say = useWords(accountWords);
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={`card ${classes["group"]}`} aria-labelledby="area">
      <h2 id="area">{say.area}</h2>
      <p className={classes["lead"]}>{say.areaLead}</p>
      <NativeSelect label={say.language} value={language} size="md" className={classes["language"]} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
        {Object.entries(languages).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
      </NativeSelect>
      <div className={classes["appearance"]}>
        <span id="appearance">{say.appearance}</span>
        <SegmentedControl
          aria-labelledby="appearance" value={colorScheme} size="md" onChange={(scheme) => setColorScheme(scheme as Scheme)}
          data={[{ value: "auto", label: say.auto }, { value: "light", label: say.light }, { value: "dark", label: say.dark }]}
        />
      </div>
    </section>
  );
}
