/**
 * HTTP/2 (RFC 9113) connections for tunnels and control-plane calls: a lean codec, client and server, that passes DATA
 * on as it arrives, queues what the peer's windows do not admit yet, and bounds everything a peer controls.
 *
 * <p>A {@link dev.weft.proxy.http2.Http2Connection} and its streams belong to one event loop; nothing here is thread-safe.
 */
@NullMarked
package dev.weft.proxy.http2;

import org.jspecify.annotations.NullMarked;
