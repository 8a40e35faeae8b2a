"""The classroom page: ``zhixing app``. Needs the extra ``app``."""
