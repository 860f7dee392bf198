"""The study: one page that answers every question an edition can answer."""

from samvirke.report._study import Study, make_study, write_study

__all__ = ["Study", "make_study", "write_study"]
