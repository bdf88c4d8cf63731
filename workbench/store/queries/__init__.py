"""Questions that people and pages ask of the lake: one function each, answered as a frame.

Every function takes the lake first and passes what it is given as parameters, never as SQL text.
Times are UTC, costs US dollars, durations seconds. A score is a share between 0 and 1.
"""
