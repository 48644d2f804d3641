"""What shoppers did, out of files: single events, or reports that know daily counts only."""

from titlewright.learning.feedback.importing import Imported, import_feedback

__all__ = ["Imported", "import_feedback"]
