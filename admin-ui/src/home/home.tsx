import { useTitle } from "../app/head";
import { useHeld } from "../app/data";
import { may, usePerson } from "../app/person";
import pad from "../app/pad.module.css";
import { frameWords } from "../app/words";
import { useNow } from "../parts/time";
import { useWords } from "../words/words";
import { Flood } from "./flood";
import classes from "./home.module.css";
import { Needs } from "./needs";
import { Plot } from "./plot";
import { Recent } from "./recent";
import { DemoNote, FirstSteps, useSteps } from "./steps";
import { homeWords } from "./words";

/** How one is greeted: Mira for "Mira Holm", but the whole name for "Dr. Holm". */
const greeted = (name: string) => {
  const [first = name] = name.split(" ");
  return first.endsWith(".") ? name : first;
};

export function Home() {
  const say = useWords(homeWords);
  const person = usePerson();
  const held = useHeld().data;
  const hour = new Date(useNow()).getHours();
  const steps = useSteps();
  useTitle(useWords(frameWords).home);
  const part = hour >= 5 && hour < 12 ? "morning" : hour >= 12 && hour < 18 ? "day" : "evening";
  return (
    <div className={pad["pad"]}>
      <h1 className={classes["greet"]}>{say.greeting[part](greeted(person.name))} {held !== undefined && <span>{say.wait(held)}</span>}</h1>
      <DemoNote />
      {steps.shown && <FirstSteps steps={steps} />}
      <div className={classes["home"]}>
        <div className={classes["stack"]}>
          <Needs />
          {may.write(person.role) && <Recent />}
        </div>
        <div className={classes["stack"]}>
          <Flood />
          <Plot />
        </div>
      </div>
    </div>
  );
}
