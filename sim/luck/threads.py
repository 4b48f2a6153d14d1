"""Linear algebra keeps to one thread: workers share the cores among them, and its threads would claim memory of their
own as soon as they are loaded; where little is left, it then waits for memory for ever and hears no signal.
"""

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
