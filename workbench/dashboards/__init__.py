"""The dashboards: State, Store, View, App.

`state` holds what a person has chosen, `numbers` asks the store, `views` and `workbench.figures`
turn tables into HTML and pictures and ask nothing, `pages` put the three together, `app` serves
them.
"""
