"""Memory compares wordings of about the same length: an index that finds those of a language."""

from django.db import migrations, models
from django.db.models.functions import Length


class Migration(migrations.Migration):
    dependencies = [("pages", "0004_handoffs")]
    operations = [
        migrations.AddIndex(
            model_name="target",
            index=models.Index(models.F("language"), Length("source"), name="target_by_length"),
        )
    ]
