package dev.weft.proxy.exchange;

/** The objects that the HTTP/1.1 connections of one event loop share. */
record Shared(Upstreams upstreams) {}
