"""Models in your own tests.

    from sagacity.testing import check

    def test_the_design_is_right():
        check(Orders, ORDERS=1)

A property that does not hold fails the test, and the message is the counterexample. `sagacity.testing.walks` has a
Hypothesis strategy that draws random walks of a model. To take single steps, instantiate the model: ``Orders(ORDERS=1)``.
"""

from .checks import CheckFailed, check

__all__ = ["CheckFailed", "check"]
