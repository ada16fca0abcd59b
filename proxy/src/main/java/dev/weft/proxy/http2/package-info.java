/**
 * HTTP/2 (RFC 9113) connections for tunnels and control-plane calls. A lean codec, client and server, passes DATA on as
 * it arrives, queues data that the peer's windows do not allow yet, and limits everything that a peer controls.
 *
 * <p>A {@link dev.weft.proxy.http2.Http2Connection} and its streams belong to one event loop; the classes are not
 * thread-safe.
 */
@NullMarked
package dev.weft.proxy.http2;

import org.jspecify.annotations.NullMarked;
