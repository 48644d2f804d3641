"""Why a title is as it is: evidence, rules, scores, runner-ups, and what would change the choice.

explain(result, product, RankingSettings(channel)) -> Explanation, a record without any language;
`telling` says it in English or Chinese, `console` and `page` show it.
"""

from titlewright.explaining.building import explain
from titlewright.explaining.counterfactuals import RankingSettings
from titlewright.explaining.records import Explanation

__all__ = ["Explanation", "RankingSettings", "explain"]
