"""D7: writing a draft of a course. Nothing anybody typed is lost: when a colleague was faster, both are shown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from policy.editing import fingerprint
from training import admin_selectors as selectors
from training import draft_selectors, editor_words
from training.forms_editor import FORMS, ChapterForm, WordsForm, moved, with_files
from training.selectors import content_of
from training.services import courses, editing, media
from training.states import VersionState
from training.views.teaching_door import course_page
from training.vocabulary import KINDS, MEDIA

NEW = "new"


@course_page()
def overview(request: HttpRequest, course) -> HttpResponse:
    """The whole draft: chapters and parts in order, and what is missing in each."""
    draft = selectors.draft_of(course)
    if draft is None:
        return redirect("teaching:course", course.code)
    context = {"course": course, "draft": draft, "view": draft_selectors.overview(draft), "kinds": KINDS.items(), "kind_names": KINDS}
    return render(request, "training/manage/draft.html", context)


class Item:
    """One item in a form: where it is, what is stored, and how it is saved."""

    def __init__(self, request, course, kind: str, item: str):
        self.request, self.course, self.kind, self.item = request, course, kind, item
        self.draft = selectors.draft_of(course)
        # Published or thrown away while somebody typed: their form is still shown, over the newest version.
        self.version = self.draft or next(iter(selectors.versions_of(course)), None)
        if self.version is None:
            raise Http404
        self.content = content_of(self.version)
        self.stored = draft_selectors.item_of(self.content, kind, item)

    @property
    def is_new(self) -> bool:
        return self.kind != "words" and self.item in (NEW, *KINDS)

    @property
    def part_kind(self) -> str:
        """Which kind of part; the form itself says it when a colleague has removed the part meanwhile."""
        if self.is_new:
            return self.item
        return self.stored.kind if self.stored else self.request.POST.get("part_kind", "")

    @property
    def form_class(self):
        found = {"words": WordsForm, "chapters": ChapterForm}.get(self.kind) or FORMS.get(self.part_kind)
        if found is None:
            raise Http404
        return found

    def moved(self) -> HttpResponse:
        """The form as it was filled in, with one of its entries in another place. Nothing is judged or stored."""
        typed, at = moved(self.form_class, self.request.POST.dict(), self.request.POST["move"])
        return self.draw(self.form_class(content=self.content, initial=typed), entry_at=at)

    def form(self):
        form_class = self.form_class
        initial = form_class.initial_of(self.stored) | {"seen": fingerprint(self.stored)} if self.stored else {}
        if self.kind == "parts" and self.is_new:
            initial["chapter"] = self.request.GET.get("chapter", "")
        posted = (self.request.POST, self.request.FILES) if self.request.method == "POST" else (None, None)
        return form_class(*posted, content=self.content, initial=initial)

    def made(self, form):
        """What the form says, as a record; files of a film are kept first."""
        if self.kind == "words":
            return form.record()
        name = self.item
        if self.is_new:
            name = editing.new_id(self.content, form.text("title").en, "chapter" if self.kind == "chapters" else self.part_kind)
        made = form.record(name)
        return with_files(made, self._files(form)) if self.kind == "parts" and made.kind == MEDIA else made

    def _files(self, form) -> dict[str, str]:
        added = {}
        for name in form.files_given():
            upload, kind = form.cleaned_data[name], form.file_kind(name)
            added[name] = str(media.add_file(course=self.course, kind=kind, upload=upload, by=self.request.user, now=timezone.now()).pk)
        return added

    def save(self, made, seen: str) -> None:
        # The name of something new is made when it is saved: nobody has seen it.
        said = {"version": self.version, "seen": "" if self.is_new else seen, "by": self.request.user, "now": timezone.now()}
        if self.kind == "words":
            editing.save_words(words=made, **said)
        elif self.kind == "chapters":
            editing.save_chapter(chapter=made, **said)
        else:
            editing.save_part(part=made, **said)

    def draw(self, form, status: int = 200, **more) -> HttpResponse:
        context = {
            "course": self.course,
            "version": self.version,
            "form": form,
            "kind": self.kind,
            "part_kind": self.part_kind if self.kind == "parts" else "",
            "kind_words": KINDS.get(self.part_kind, "") if self.kind == "parts" else "",
            "item": self.item,
            "is_new": self.is_new,
            "stored": self.stored,
            "number": self.content.number_of(self.item) if self.kind == "parts" else 0,
        }
        return render(self.request, "training/manage/item.html", context | more, status=status)


@course_page(methods="both")
def edit(request: HttpRequest, course, kind: str, item: str = "all") -> HttpResponse:
    """The form of one item: the words of the course, a chapter, a part."""
    here = Item(request, course, kind, item)
    if request.method != "POST" and here.draft is None:
        return redirect("teaching:course", course.code)
    if here.stored is None and not here.is_new and request.method != "POST":
        raise Http404
    if "move" in request.POST and here.kind == "parts":
        return here.moved()
    form = here.form()
    if request.method != "POST" or not form.is_valid():
        return here.draw(form)
    if here.draft is None:
        return here.draw(form, 409, over=True)
    made = here.made(form)
    try:
        here.save(made, form.cleaned_data["seen"])
    except editing.ChangedMeanwhile as problem:
        return _compare(here, form, made, problem)
    except courses.CourseMoved:
        return here.draw(form, 409, over=True)
    except editing.TooMany:
        form.add_error(None, _("A course has at most sixty parts."))
        return here.draw(form)
    messages.success(request, _("Saved."))
    return redirect("teaching:draft", course.code)


def _compare(here: Item, form, made, problem) -> HttpResponse:
    """What is stored and what was written, line by line, over the form as it was filled in; saving again knowingly replaces it."""
    form.data = form.data.copy()
    form.data["seen"] = fingerprint(problem.stored)
    if here.kind == "parts" and made.kind == MEDIA:
        # The files are here already and are not sent again.
        form.data |= {f"kept_{name}": getattr(made.media, name) for name in form.boxes}
    rows = [row for row in editor_words.compare(problem.stored, made) if row.differs]
    return here.draw(form, 409, rows=rows, gone=problem.stored is None, who=problem.by.display_name if problem.by else "")


# --- one button -------------------------------------------------------------------------------------


@course_page(methods="post")
def move(request: HttpRequest, course, kind: str, item: str) -> HttpResponse:
    step = -1 if request.POST.get("way") == "up" else 1
    service = editing.move_chapter if kind == "chapters" else editing.move_part
    return _change(request, course, kind, item, lambda **said: service(step=step, **said))


@course_page(methods="post")
def remove(request: HttpRequest, course, kind: str, item: str) -> HttpResponse:
    return _change(request, course, kind, item, editing.remove_chapter if kind == "chapters" else editing.remove_part)


def _change(request, course, kind: str, item: str, service) -> HttpResponse:
    draft = selectors.draft_of(course)
    if draft is None:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
        return redirect("teaching:course", course.code)
    named = {"chapter_id" if kind == "chapters" else "part_id": item}
    try:
        service(version=draft, seen=request.POST.get("seen", "-"), by=request.user, now=timezone.now(), **named)
    except (editing.ChangedMeanwhile, courses.CourseMoved):
        messages.warning(request, _("A colleague changed this meanwhile. Nothing was overwritten; look again."))
    except editing.InUse:
        messages.warning(request, _("This chapter still has parts. Move them to another one or remove them first."))
    return redirect("teaching:draft", course.code)


@course_page(methods="post")
def discard(request: HttpRequest, course) -> HttpResponse:
    draft = selectors.draft_of(course)
    if draft is not None and draft.state == VersionState.DRAFT:
        try:
            courses.discard(version=draft, by=request.user, now=timezone.now())
            messages.success(request, _("The draft was thrown away."))
        except courses.CourseMoved:
            messages.error(request, _("This version is no draft any more. Nothing was saved."))
    return redirect("teaching:course", course.code)
