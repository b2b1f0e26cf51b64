// Who of the demo's people plays which part in the walks: found by what they are, from the events of the founding.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import readline from "node:readline";
import { banli } from "./office.js";

/** Everybody as they were registered, in order. */
async function registered(data, units) {
  const events = spawn(banli, ["events", "--data", data], { stdio: ["ignore", "pipe", "inherit"] });
  const people = [];
  for await (const line of readline.createInterface({ input: events.stdout })) {
    if (line.includes('"kind":"unit.registered"')) {
      const { unit, code } = JSON.parse(line).event;
      units.set(unit, code);
    } else if (line.includes('"kind":"person.registered"')) people.push(JSON.parse(line).event);
    // The people come first; what they did is not read.
    else if (people.length > 0 && line.includes('"stream":"year/')) break;
  }
  events.kill();
  return people;
}

/** The parts: the last in the register who fit, since the demo's own stories take the first. */
export async function cast(data) {
  const units = new Map();
  const people = await registered(data, units);
  const taken = new Set();
  const part = (what, fits) => {
    const found = people.findLast((person) => !taken.has(person) && fits(person));
    assert.ok(found, `the demo has nobody to play ${what}`);
    taken.add(found);
    return found;
  };
  const is = (person, category) => person.categories.some((known) => known.category === category);
  const born = (person) => Number(person.citizen.slice(6, 10));
  const child = (person) => is(person, "staff-child") && born(person) >= 2014 && born(person) <= 2019;
  const employee = (person) => person.categories.length === 0 && person.insurance[0].psn_type === "1101";
  const retired = (person) => person.categories.length === 0 && person.unit && person.insurance[0].psn_type === "1260";
  const withParent = (child) => ({ ...child, payee: people.find(({ person }) => person === child.parent)?.name });
  const officer = part("officer", (person) => employee(person) && person.unit);
  return {
    officer: { ...officer, unitCode: units.get(officer.unit) },
    child: part("child", child),
    sibling: part("sibling", child),
    pupil: withParent(part("pupil", child)),
    cadre: part("cadre", (person) => is(person, "retired-cadre")),
    veteran: part("veteran", (person) => is(person, "retired-cadre")),
    soldier: part("soldier", retired),
    invalid: part("invalid", retired),
    poor: part("poor", (person) => is(person, "low-income")),
    disabled: part("disabled", (person) => is(person, "disabled")),
    neighbour: part("neighbour", (person) => is(person, "disabled")),
    patient: part("patient", employee),
    second: part("second", employee),
    traveller: part("traveller", employee),
  };
}
