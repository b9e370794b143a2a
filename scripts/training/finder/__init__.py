"""Training of the finder: the small network that says where on a picture text is, how it runs and how tall it is.

    pages.py             rendered crops with the targets of their cells: drawing.py, layouts.py, clutter.py, camera.py, targets.py
    network.py           the network in float, and its graph
    quantized.py         the same in integers, as training sees them and as the program computes them
    train.py             trains in float;  train_quantized.py: for integers
    examine.py           scores held-out pages
"""
