package dev.weft.proxy.identity;

import dev.weft.identity.svid.X509Svid;
import io.netty.handler.ssl.SslContext;

/**
 * A workload's certificate and key with the TLS contexts made of them. The contexts stay usable for some time after the
 * next credentials have been published, so that a handshake that began with these can end.
 *
 * @param client for connections that the workload opens: to tunnels and to the control plane
 * @param server for tunnels; demands a client certificate
 */
public record Credentials(X509Svid svid, SslContext client, SslContext server) {}
