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

__all__ = [
    "AnalysisData",
    "AspectData",
    "ControlData",
    "CriterionData",
    "EditionData",
    "GroupData",
    "OptionData",
    "QuestionData",
    "RelatedData",
    "ScaleData",
    "SectionData",
    "SourceData",
    "StandardData",
]
