package dev.weft.proxy.exchange;

/** What the connections of one event loop share. */
record Shared(Upstreams upstreams) {}
