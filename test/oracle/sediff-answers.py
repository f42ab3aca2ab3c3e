# sediff's own answers on many pairs of policies in one process. Each line of the input is JSON: [left path, right path]; each line of
# the output the JSON string that sediff printed.
import contextlib
import gc
import io
import json
import runpy
import sys

SEDIFF = f"{sys.prefix}/bin/sediff"

for line in sys.stdin:
    left, right = json.loads(line)
    sys.argv = ["sediff", left, right]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            runpy.run_path(SEDIFF, run_name="__main__")
        except SystemExit as end:
            if end.code not in (None, 0):
                raise
    print(json.dumps(printed.getvalue()), flush=True)
    gc.collect()
