/**
 * The compared proxies. Each is a pair: one next to the client, one next to the server, with mutual TLS 1.3 between
 * them.
 */
@NullMarked
package dev.weft.bench.pairs;

import org.jspecify.annotations.NullMarked;
