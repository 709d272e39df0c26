"""Functions of files and of links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from notewright.bases.functions import Table
from notewright.bases.links import links_to, read_link
from notewright.bases.properties import properties_of
from notewright.bases.scope import Scope, plain_moment
from notewright.bases.values import Date, FileValue, Items, KindOfText, Link, Value, shown_name

FIELDS = Table()
METHODS = Table()
OF_LINKS = Table()
"""Methods of links."""


@FIELDS.add("name")
def _name(scope: Scope, value: FileValue) -> Value:
    return shown_name(value.file)  # as in the app, which the documentation leaves open


@FIELDS.add("basename")
def _basename(scope: Scope, value: FileValue) -> Value:
    return value.file.basename


@FIELDS.add("ext")
def _ext(scope: Scope, value: FileValue) -> Value:
    return value.file.ext


@FIELDS.add("path")
def _path(scope: Scope, value: FileValue) -> Value:
    return value.file.path


@FIELDS.add("folder")
def _folder(scope: Scope, value: FileValue) -> Value:
    return value.file.folder


@FIELDS.add("size")
def _size(scope: Scope, value: FileValue) -> Value:
    return float(value.file.size)


@FIELDS.add("ctime")
def _ctime(scope: Scope, value: FileValue) -> Value:
    return _moment(value.file.ctime)


@FIELDS.add("mtime")
def _mtime(scope: Scope, value: FileValue) -> Value:
    return _moment(value.file.mtime)


def _moment(moment: datetime | None) -> Value:
    return None if moment is None else Date(plain_moment(moment), True)


@FIELDS.add("tags")
def _tags(scope: Scope, value: FileValue) -> Value:
    return Items(KindOfText(tag.removeprefix("#"), "tag") for tag in value.file.tags)


@FIELDS.add("links")
def _links(scope: Scope, value: FileValue) -> Value:
    return _all_links(scope, value.file.links, value.file.path)


@FIELDS.add("embeds")
def _embeds(scope: Scope, value: FileValue) -> Value:
    return _all_links(scope, value.file.embeds, value.file.path)


def _all_links(scope: Scope, inner: Sequence[str], source: str) -> Items:
    return Items(read_link(each, scope, source) for each in inner)


@FIELDS.add("backlinks")
def _backlinks(scope: Scope, value: FileValue) -> Value:
    scope.budget.spend()
    return Items(Link(each.path, shown_name(each), each) for each in value.file.backlinks)


@FIELDS.add("properties")
def _properties(scope: Scope, value: FileValue) -> Value:
    return properties_of(value.file, scope)


@FIELDS.add("file")
def _file(scope: Scope, value: FileValue) -> Value:
    return value


@METHODS.add("asLink", "text?")
def _as_link(scope: Scope, value: FileValue, text: str = "") -> Value:
    return Link(value.file.path, text, value.file)


@METHODS.add("hasLink", "place")
def _has_link(scope: Scope, value: FileValue, place: Value) -> Value:
    return links_to(value.file, place, scope)


@METHODS.add("hasTag", "text*")
def _has_tag(scope: Scope, value: FileValue, *tags: str) -> Value:
    scope.budget.spend(len(value.file.tags))
    own = [f"{tag.removeprefix('#').casefold()}/" for tag in value.file.tags]
    wanted = [f"{tag.removeprefix('#').strip('/').casefold()}/" for tag in tags]
    return any(each.startswith(tag) for each in own for tag in wanted)


@METHODS.add("hasProperty", "text")
def _has_property(scope: Scope, value: FileValue, name: str) -> Value:
    return name in value.file.properties


@METHODS.add("inFolder", "text")
def _in_folder(scope: Scope, value: FileValue, path: str) -> Value:
    wanted = path.strip("/")
    return not wanted or f"{value.file.folder}/".startswith(f"{wanted}/")


@OF_LINKS.add("asFile")
def _as_file(scope: Scope, link: Link) -> Value:
    return None if link.file is None else FileValue(link.file)


@OF_LINKS.add("linksTo", "place")
def _links_to(scope: Scope, link: Link, place: Value) -> Value:
    return link.file is not None and links_to(link.file, place, scope)
