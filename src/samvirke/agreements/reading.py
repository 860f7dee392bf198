"""What was read in an agreement: parties, service, dates, legal basis and clauses, each with the passage that says it.

Everything here is a proposal by a program. `confidence` is how often such a reading was right in the development half of the
corpus of constructed agreements (`docs/agreements.md`); a person decides.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from samvirke.vocabulary.dates import DateInterval
from samvirke.vocabulary.law import Standing

AgreementLanguage = Literal["nb", "nn"]
Role = Literal["host", "participant"]
Grade = Literal["required", "recommended", "practice"]
State = Literal["present", "absent", "unclear", "remark", "not_coded"]


@dataclass(frozen=True)
class Found:
    """One value with the passage that says it; all None where the text does not say, but for the confidence that it does not.

    Parameters
    ----------
    value : str or tuple of str or None
        An id, code or date.
    evidence : str or None
        The passage, as the text has it.
    page : int or None
        Page of the file, from 1; files without pages have one.
    confidence : float
        Between 0 and 1.
    """

    value: str | tuple[str, ...] | None = None
    evidence: str | None = None
    page: int | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class Party:
    """A municipality that takes part; `municipality` is its code on the agreement's date, None for a name that the gazetteer lacks."""

    municipality: str | None
    name: str
    role: Role
    evidence: str
    page: int
    confidence: float


@dataclass(frozen=True)
class Basis:
    """A provision or form of words that the agreement says it rests on, and how that stood on the agreement's date."""

    citation: str
    model: str
    status: Standing
    evidence: str
    page: int
    confidence: float
    certainty: str = "certain"
    provision: str | None = None
    in_its_place: str | None = None
    verified: bool = False


@dataclass(frozen=True)
class Clause:
    """A matter that the agreement settles: a kind of vocabulary/clause_kinds.yaml, its place in the order, and what it says."""

    kind: str
    step: int
    value: str | None
    text: str
    page: int
    confidence: float


@dataclass(frozen=True)
class Remark:
    """Something that was seen in the text besides its clauses.

    Parameters
    ----------
    item : str
        recognised (read from pictures), bare_host (*vertskommune* without a provision), shares (a list that does not add to 100),
        host_no_party (a host that is no party), decides_cases (it decides in individual cases), left_to_annex (a matter is named and left to an annex or for later).
    value : str or None
        The sum in per cent, the name, or the kind of clause.
    evidence, page : str or None, int or None
        The passage.
    """

    item: str
    value: str | None = None
    evidence: str | None = None
    page: int | None = None


@dataclass(frozen=True)
class Check:
    """One thing that an agreement was held against.

    Parameters
    ----------
    item : str
        A clause kind, or a remark: superseded_number, before_opening, no_longer_open, basis, bare_host, several_models, name_words, shares,
        host_no_party, individual_cases.
    grade : {"required", "recommended", "practice"}
        required: a statute in force on the agreement's date asks for it; recommended: guidance; practice: common, and no statute asks.
    state : {"present", "absent", "unclear", "remark", "not_coded"}
        unclear: the reading is too uncertain, or the model is not known; remark: something that a person should look at; not_coded: nobody has read the agreement for it.
    provision : str or None
        Where the law asks for it.
    evidence : str or None
        The passage.
    verified : bool
        Whether someone has read the statute on this; practice rests on none and is True.
    """

    item: str
    grade: Grade
    state: State
    provision: str | None
    evidence: str | None
    verified: bool
    page: int | None = None


@dataclass(frozen=True)
class Reading:
    """All that was read in one agreement, and what it was held against."""

    file: str
    language: AgreementLanguage
    title: str | None
    parties: tuple[Party, ...]
    service: Found
    hours: Found
    signed: Found
    host: Found
    legal_basis: tuple[Basis, ...]
    clauses: tuple[Clause, ...]
    checks: tuple[Check, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())

    @property
    def when(self) -> DateInterval | None:
        """The days on which it may have been signed; None where it is undated."""
        return DateInterval.parse(self.signed.value) if isinstance(self.signed.value, str) else None

    @property
    def model(self) -> str | None:
        """The one model that it rests on; None where it names none, or several."""
        models = {one.model for one in self.legal_basis}
        return models.pop() if len(models) == 1 else None

    def of_kind(self, kind: str) -> tuple[Clause, ...]:
        """Return the clauses of a kind, in their order."""
        return tuple(sorted((one for one in self.clauses if one.kind == kind), key=lambda one: one.step))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return asdict(self)
