"""The package's one exception."""


class Error(Exception):
    """A call that cannot be meant, or a file, model, template or device that cannot be used.

    `str(error)` is the line that the program prints. `code` is one of usage, file_not_found, decode_failed, too_large,
    bad_quad, no_document, bad_template, bad_model, bad_device, write_failed and internal_error.
    """

    code: str

    def __init__(self, message: str, code: str = "usage") -> None:
        super().__init__(message, code)
        self.code = code

    def __str__(self) -> str:
        return str(self.args[0])
