"""The core: one frozen Document of typed nodes, and one writer a format. Plain Python."""
