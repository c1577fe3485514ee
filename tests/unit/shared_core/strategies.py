"""Hypothesis strategies of the sample kind: any tally, any history, any text that UTF-8 can say."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from tests.unit.shared_core.sample import AmountAdded, Mark, Person, Tally, TallyClosed, TallyOpened, TimesSet

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))])
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001
maybe_moments = st.none() | moments
amounts = st.integers(-(2**53), 2**53)
people = st.none() | st.builds(Person, texts, texts)
marks = st.builds(Mark, amounts, moments)

tallies = st.builds(
    Tally,
    branch=texts,
    total=amounts,
    status=st.sampled_from(["open", "closed"]),
    marks=st.lists(marks, max_size=3).map(tuple),
    due_at=maybe_moments,
    wake_at=maybe_moments,
    person=people,
    notes=st.lists(texts, max_size=3).map(tuple),
)
openings = st.builds(TallyOpened, texts, people)
moves = st.one_of(
    st.builds(AmountAdded, amounts, texts),
    st.builds(TimesSet, maybe_moments, maybe_moments),
    st.builds(TallyClosed, texts),
)
histories = st.tuples(openings, st.lists(moves, max_size=5)).map(lambda parts: [parts[0], *parts[1]])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
