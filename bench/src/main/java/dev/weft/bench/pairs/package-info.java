/**
 * The proxies compared, each as a pair: one beside the client, one beside the server, mutual TLS 1.3 between them.
 */
@NullMarked
package dev.weft.bench.pairs;

import org.jspecify.annotations.NullMarked;
