"""The rows of docs/unproven.md by theme, each with its checks and how they are judged; pure."""
