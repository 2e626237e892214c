"""YAML to validated dataclasses; no ORM. standard-format.md describes the format."""

from standards.loader.data import (
    AnalysisData,
    AspectData,
    ControlData,
    CriterionData,
    EditionData,
    GroupData,
    OptionData,
    QuestionData,
    RelatedData,
    ScaleData,
    SectionData,
    SourceData,
    StandardData,
)
from standards.loader.faults import Fault, LoadError
from standards.loader.library import (
    Library,
    load_edition,
    load_library,
    load_profile,
    load_shared,
)
from standards.loader.shared import Shared, register_profile_check

__all__ = [
    "AnalysisData",
    "AspectData",
    "ControlData",
    "CriterionData",
    "EditionData",
    "Fault",
    "GroupData",
    "Library",
    "LoadError",
    "OptionData",
    "QuestionData",
    "RelatedData",
    "ScaleData",
    "SectionData",
    "Shared",
    "SourceData",
    "StandardData",
    "load_edition",
    "load_library",
    "load_profile",
    "load_shared",
    "register_profile_check",
]
