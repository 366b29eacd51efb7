#!/bin/sh
# Leaves the watcher running beside nginx, without the entry point's pipe as its input.
/iiif-gate/watch.sh </dev/null &
