from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from notices.services import register_right_to_know
        from people.seating import register_judge
        from training import attention, seating, signals  # noqa: F401 - they register themselves
        from training.services import asking, assigning, reminders

        # Asked again when a message is delivered: it may have been answered since it was owed.
        register_right_to_know(asking.TO_ANSWER, asking.still_to_answer)
        register_right_to_know(asking.ANSWERED, asking.asked_it)
        register_right_to_know(assigning.ABOUT, reminders.still_due)
        register_right_to_know(assigning.LIST, reminders.has_something_due)
        register_right_to_know(reminders.TEAM, reminders.leads_somebody_late)
        # R09: asked by whoever gives somebody a case.
        register_judge(seating.RULE, seating.judge)
