"""Training of the finder: the small network that says where on a picture text is, how it runs and
how tall it is.

| module                            | what it holds                                                |
|-----------------------------------|--------------------------------------------------------------|
| pages.py                          | rendered pictures with the targets of their cells            |
| layouts.py, cards.py, printing.py | pages; drawing.py: their text; marks.py: what else is on them |
| clutter.py, camera.py             | what they lie on, and how they are photographed              |
| targets.py                        | what the outputs mean                                        |
| network.py, losses.py             | the network in float, and what it is trained for             |
| quantized.py                      | the same in integers, as trained and as the program computes |
| train.py, train_quantized.py      | the trainings (training.py, batches.py, export.py)           |
| examine.py, grouping.py           | scores on pages of a seed that is never trained on           |
"""
