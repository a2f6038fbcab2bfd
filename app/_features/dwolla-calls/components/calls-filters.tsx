import { ActiveFilters } from "#ui/active-filters.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { CallsScreen } from "../loaders.ts";
import {
  CALL_ANSWERS,
  CALL_DURATIONS,
  CALL_METHODS,
  CALL_PERIODS,
  CALL_PROCESSES,
  type CallDuration,
  type CallPeriod,
  type CallsAddress,
  callsHref,
} from "../schema.ts";
import { ANSWER_WORDS, actWords, DURATION_WORDS, PERIOD_WORDS } from "./call-words.ts";

const DURATIONS = Object.keys(CALL_DURATIONS) as CallDuration[];
const PERIODS = Object.keys(CALL_PERIODS) as CallPeriod[];

/** How it ended, what was asked, who asked, when. */
export function CallsFilters({ screen: { address, acts, callers, paths } }: { screen: CallsScreen }) {
  const { q, answer, method, path, process, act, person, took, period, from, until } = address;
  return (
    <>
      <FilterBar action="/calls" label="Filter the calls" keep={{ from, until }}>
        <SearchField label="Whole id of anything, or Dwolla’s request id" value={q ?? ""} maxLength={64} />
        <FilterSelect
          label="Answer"
          name="answer"
          value={answer ?? ""}
          options={CALL_ANSWERS.map((value) => ({ value, label: ANSWER_WORDS[value] }))}
        />
        <FilterSelect label="Method" name="method" value={method ?? ""} options={asOptions(CALL_METHODS)} />
        <FilterSelect label="Path" name="path" value={path ?? ""} options={asOptions(withChosen(paths, path))} />
        <FilterSelect
          label="Cause"
          name="act"
          value={act ?? ""}
          options={withChosen(acts, act).map((value) => ({ value, label: actWords(value) }))}
        />
        <FilterSelect label="By" name="person" value={person ?? ""} options={callerOptions(callers, person)} />
        <FilterSelect label="Process" name="process" value={process ?? ""} options={asOptions(CALL_PROCESSES)} />
        <FilterSelect
          label="Took"
          name="took"
          value={took ?? ""}
          options={DURATIONS.map((value) => ({ value, label: DURATION_WORDS[value] }))}
        />
        <FilterSelect
          label="Last"
          name="period"
          value={period ?? ""}
          options={PERIODS.map((value) => ({ value, label: PERIOD_WORDS[value] }))}
        />
      </FilterBar>
      <ActiveFilters filters={chips(address, callers)} clearHref="/calls" />
    </>
  );
}

function asOptions(values: readonly string[]) {
  return values.map((value) => ({ value, label: value }));
}

/** Also what the address names, when no call is like that any more. */
function withChosen(values: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || values.includes(chosen) ? values : [...values, chosen];
}

type Callers = CallsScreen["callers"];

function callerOptions(callers: Callers, person: string | undefined) {
  const isMissing = person !== undefined && !callers.some(({ id }) => id === person);
  const missing = isMissing ? [{ value: person, label: person }] : [];
  return [...callers.map(({ id, name }) => ({ value: id, label: name })), ...missing];
}

function chips(address: CallsAddress, callers: Callers) {
  const { q, answer, method, path, process, act, person, took, period, from, until } = address;
  return [
    { name: "q", label: "Id", value: q },
    { name: "answer", label: "Answer", value: answer && ANSWER_WORDS[answer] },
    { name: "method", label: "Method", value: method },
    { name: "path", label: "Path", value: path },
    { name: "act", label: "Cause", value: act && actWords(act) },
    { name: "person", label: "By", value: person && (callers.find(({ id }) => id === person)?.name ?? person) },
    { name: "process", label: "Process", value: process },
    { name: "took", label: "Took", value: took && DURATION_WORDS[took] },
    { name: "period", label: "Last", value: period && PERIOD_WORDS[period] },
    { name: "from", label: "From", value: from && formatUtc(from) },
    { name: "until", label: "Until", value: until && formatUtc(until) },
  ].flatMap(({ name, label, value }) =>
    value === undefined ? [] : [{ label, value, removeHref: callsHref({ ...address, [name]: undefined }) }],
  );
}
