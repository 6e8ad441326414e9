"""The APIs of other services, as their clients speak them: LibreTranslate's and DeepL's (docs/reference/clients.md)."""
