"""Names and words that would be something else if a page took them for markup."""

PICTURE = "![x](https://evil.example/p.png)"
HOSTILE = [
    PICTURE,
    "www.evil.com",
    "https://evil.example",
    "me@evil.example",
    ":material/delete:",
    "<script>alert(1)</script>",
    "a -> b -- c",
]
