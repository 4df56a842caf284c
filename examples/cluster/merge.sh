#!/bin/sh
# What the eight parts have found, put together.
npx forkpath merge --require-complete part-*.json
