"""Which files can change what a running service does."""

import re

_INERT = re.compile(
    r"""(^|/)(docs?|documentation|runbooks?|tests?|__tests__|testdata|fixtures?|\.github|\.circleci|\.gitlab)/
      | (^|/)(CODEOWNERS|LICENSE|README|CHANGELOG|CONTRIBUTING|Jenkinsfile|\.travis\.yml)[^/]*$
      | (^|/)\.(golangci|eslintrc|prettierrc|editorconfig|gitignore|pre-commit)[^/]*$
      | (_test|\.test|\.spec)\.[a-z]+$ | (^|/)test_[^/]+\.py$
      | \.(md|rst|adoc|svg|png|jpe?g|gif|ico)$""",
    re.VERBOSE | re.IGNORECASE,
)
_PRESENTATION = re.compile(r"\.(css|scss|sass|less|html|tmpl|hbs|ejs)$|(^|/)theme\.[jt]sx?$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(^|[/._-])(staging|stage|dev|sandbox|preview)([/._-]|$)", re.IGNORECASE)
_DEPENDENCIES = re.compile(
    r"""(^|/)(go\.(mod|sum)|package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|requirements[^/]*\.txt|poetry\.lock
      | uv\.lock|Pipfile(\.lock)?|pom\.xml|build\.gradle(\.kts)?|Cargo\.(toml|lock)|Gemfile(\.lock)?
      | composer\.(json|lock))$""",
    re.VERBOSE,
)


def is_inert(file: str) -> bool:
    """No process in production reads it: documents, tests, the build's own settings, another environment's."""
    return bool(_INERT.search(file) or _ELSEWHERE.search(file))


def is_presentation(file: str) -> bool:
    """It decides how a page looks, not how a service answers."""
    return bool(_PRESENTATION.search(file))


def is_dependency_list(file: str) -> bool:
    """It names versions of libraries."""
    return bool(_DEPENDENCIES.search(file))
