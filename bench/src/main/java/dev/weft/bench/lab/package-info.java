/**
 * The environment in which proxies are compared: network namespaces on a bridge, programs in them, certificates for the
 * peers, the web server.
 */
@NullMarked
package dev.weft.bench.lab;

import org.jspecify.annotations.NullMarked;
