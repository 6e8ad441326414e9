"""Why a file is not translated. No refusal holds text of the file; each has an error code in the gateway."""


class FileRefused(Exception):
    """A fact that ends the work on a file; `values` fill the sentence that tells of it."""

    def __init__(self, **values: str | int) -> None:
        super().__init__(type(self).__name__)
        self.values = values


class FileUnsupported(FileRefused):
    """Neither its name nor its content is that of a format in the table."""


class FileMisnamed(FileRefused):
    """The name ends in `ending`, the content is `form`."""


class FileDamaged(FileRefused):
    """It cannot be read as what it claims to be, or it was made to harm who reads it."""


class FileEncrypted(FileRefused):
    """It needs a password."""


class FileTooLarge(FileRefused):
    """Larger, or larger once unpacked, than `limit` MiB."""


class FileTooLong(FileRefused):
    """More than `limit` characters to translate."""


class FileTooManyParts(FileRefused):
    """More than `limit` pages, cells, elements or parts of a package."""


class FileHasMacros(FileRefused):
    """It carries programs that its reader's machine might run."""


class FileWithoutText(FileRefused):
    """There is nothing in it to translate: it is empty, or a scan, a picture of text."""


class OutputUnfit(FileRefused):
    """The format that the translation is wanted in, `field`, is not one that this file can become."""


class ColumnsUnknown(FileRefused):
    """The columns to translate are not named, or a name is none of the table's."""
