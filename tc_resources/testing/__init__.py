"""What it takes to try and test a program without an account: the emulated services and an embedded engine."""

try:
    from tc_resources.testing.emulator import (
        AnswerLost,
        Behaviour,
        Call,
        Emulator,
        ErrorCode,
        Fault,
        Html,
        Limit,
        Overlooked,
        Quota,
        RequestLost,
        Slow,
        Token,
        Usage,
    )
    from tc_resources.testing.engine import LocalEngine, UnsupportedError
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error}. tc_resources.testing needs more packages: pip install 'tc-resources[testing]'", name=error.name
    ) from None

__all__ = [
    "AnswerLost",
    "Behaviour",
    "Call",
    "Emulator",
    "ErrorCode",
    "Fault",
    "Html",
    "Limit",
    "LocalEngine",
    "Overlooked",
    "Quota",
    "RequestLost",
    "Slow",
    "Token",
    "UnsupportedError",
    "Usage",
]
