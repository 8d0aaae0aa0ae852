"""How many bytes of requests are held in memory at a time, over all of them together."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Budget:
    """What all requests together may hold."""

    most: int
    held: int = 0

    def account(self) -> "Account":
        """For one request."""
        return Account(self)


@dataclass(slots=True)
class Account:
    """What one request holds; it is closed when the request is answered."""

    budget: Budget
    size: int = field(default=0)

    def take(self, size: int) -> bool:
        """Whether so many more bytes may be held. One request alone may always go on: its channel has a limit."""
        budget = self.budget
        if budget.held + size > budget.most and budget.held > self.size:
            return False
        budget.held += size
        self.size += size
        return True

    def close(self) -> None:
        """Gives all of it back."""
        self.budget.held -= self.size
        self.size = 0
