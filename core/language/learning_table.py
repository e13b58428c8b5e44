"""Tables for str.translate that fill themselves."""

from __future__ import annotations

from abc import abstractmethod

#: Every letter of the scripts people write in fits; a text made of all of Unicode shall not fill the memory.
LARGEST = 20_000


class LearningTable(dict[int, str]):
    """Says for each character what `learn` says, and remembers it: translating stays one call into C."""

    @abstractmethod
    def learn(self, char: str) -> str:
        """What `char` becomes."""

    def __missing__(self, code: int) -> str:
        learned = self.learn(chr(code))
        if len(self) < LARGEST:
            self[code] = learned
        return learned
